"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const panel = document.getElementById("lines");
  const keyOf = (row) => (data.keys ? data.keys[row] : data.rows[row][0]);
  const rowOf = new Map(data.rows.map((_, row) => [keyOf(row), row]));
  const drawn = new Set(data.drawn);

  /** Makes an element with text in it; text of the corpus never becomes HTML. */
  const element = (name, text = "") => {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  };

  /** Decimals of a column, null for one of whole numbers: four as in tables of tsv, six where all values are shares. */
  const decimalsOf = (column) => {
    const values = data.rows.map((row) => row[column]).filter((value) => value !== null);
    if (values.every(Number.isInteger)) return null;
    return values.every((value) => Math.abs(value) <= 1) ? 6 : 4;
  };
  const decimals = data.columns.map(({ isNumber }, column) => (isNumber ? decimalsOf(column) : null));

  /** A cell as people read it: tiny numbers have an exponent, a text of white space is made visible. */
  const shown = (value, column) => {
    if (value === null) return "";
    if (!data.columns[column].isNumber) return value.trim() === "" ? "\u2423".repeat(value.length) : value;
    if (decimals[column] === null || value === 0) return value.toLocaleString("en");
    if (Math.abs(value) < 10 ** -decimals[column]) return value.toExponential(2);
    const digits = { minimumFractionDigits: decimals[column], maximumFractionDigits: decimals[column] };
    return value.toLocaleString("en", digits);
  };

  /** Colours and fonts of the pictures, which follow those of the page. */
  const config = () => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const text = { labelColor: colour("--ink"), titleColor: colour("--ink"), titleFontWeight: "normal" };
    const lines = { gridColor: colour("--rule"), domainColor: colour("--faint"), tickColor: colour("--faint") };
    return {
      background: null,
      font: getComputedStyle(document.body).fontFamily,
      view: { stroke: null },
      axis: { ...text, ...lines, labelFontSize: 12, titleFontSize: 13 },
      legend: { ...text, labelFontSize: 12, titleFontSize: 12 },
      title: { color: colour("--ink") },
      text: { color: colour("--ink"), fontSize: 12 },
      rule: { color: colour("--faint") },
    };
  };

  /** The lines of the text in which what the key stands for occurs, or why there are none. */
  const linesOf = (key) => {
    if (!Object.hasOwn(data.lines, key)) {
      return element("p", drawn.has(key) ? "No line of the text has it as a word of its own." : "Lines are kept for what is drawn.");
    }
    const list = document.createElement("ol");
    for (const [file, number, left, hit, right] of data.lines[key]) {
      const line = element("li");
      const text = document.createElement("bdi");
      text.append(left, element("mark", hit), right);
      line.append(text, element("small", `${data.files[file]}:${number}`));
      list.append(line);
    }
    const part = document.createDocumentFragment();
    part.append(list, element("p", "The first places; nlpkit concordance finds all of them."));
    return part;
  };

  /** The row of the table that a key stands for, whole. */
  const fieldsOf = (row) => {
    const list = document.createElement("dl");
    data.columns.forEach(({ name }, column) => {
      const cell = shown(data.rows[row][column], column);
      if (cell === "") return;
      const field = document.createElement("div");
      const value = document.createElement("dd");
      value.append(element("bdi", cell));
      field.append(element("dt", name), value);
      list.append(field);
    });
    return list;
  };

  let reader = null; // what had the focus before the panel was opened
  const closePanel = () => {
    panel.hidden = true;
    if (reader && reader.isConnected) reader.focus({ preventScroll: true });
  };

  /** Shows what is known of a key: its row of the table, and lines of the text. */
  const showPanel = (key) => {
    const close = element("button", "\u00d7");
    close.setAttribute("aria-label", "Close");
    close.addEventListener("click", closePanel);
    const row = rowOf.get(key);
    const heading = element("h2", data.keys && row !== undefined ? data.rows[row][0] : key);
    heading.dir = "auto";
    if (Object.hasOwn(data.lines, key)) heading.textContent = key.replaceAll("\t", " \u2026 ");
    panel.replaceChildren(close, heading);
    if (Object.keys(data.lines).length) panel.append(linesOf(key));
    if (row !== undefined) panel.append(fieldsOf(row));
    if (panel.hidden) reader = document.activeElement;
    panel.hidden = false;
    panel.scrollTop = 0;
    close.focus({ preventScroll: true });
  };
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !panel.hidden) closePanel(); });

  /** Leaves bright in the pictures what the search and the filters of the table leave; null: everything. */
  let found = null;
  const dimOthers = () => {
    for (const mark of document.querySelectorAll('.chart [role="graphics-symbol"]')) {
      const key = mark.__data__ && mark.__data__.datum && mark.__data__.datum.key; // Vega keeps there what it draws
      mark.style.opacity = found === null || !rowOf.has(key) || found.has(key) ? "" : "0.12";
    }
  };

  let views = [];
  const drawPictures = async () => {
    document.documentElement.classList.toggle("dark", scheme.matches);
    for (const view of views) view.finalize();
    views = [];
    for (const { name, height, spec } of data.pictures) {
      const place = document.querySelector(`#picture-${name} .chart`);
      const wide = { ...spec, width: "container", height, autosize: { type: "fit-x", contains: "padding" } };
      try {
        const made = await vegaEmbed(place, wide, {
          renderer: "svg",
          config: config(),
          actions: { export: true, source: false, compiled: false, editor: false },
          downloadFileName: name,
          tooltip: { theme: scheme.matches ? "dark" : "light" },
        });
        views.push(made);
        made.view.addEventListener("click", (_event, item) => {
          const key = item && item.datum && item.datum.key;
          if (typeof key === "string" && (rowOf.has(key) || Object.hasOwn(data.lines, key))) showPanel(key);
        });
      } catch (error) {
        place.replaceChildren(element("p", `This picture could not be drawn: ${error.message}`));
        console.error(error);
      }
    }
    dimOthers();
  };
  let drawing = Promise.resolve();
  const draw = () => (drawing = drawing.then(drawPictures));

  const drawTable = async () => {
    const place = document.getElementById("table");
    if (!place) return;
    const code = document.getElementById("tables").textContent;
    const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    const { default: DataTable } = await import(url);
    URL.revokeObjectURL(url);
    const escape = DataTable.render.text().display;
    const least = {
      extend: "searchNumber",
      excludeLogic: ["equal", "notEqual", "greater", "empty", "notEmpty"],
    };
    const part = { extend: "searchText", placeholder: "part of it" };
    const asIs = { stripHtml: false, stripNewlines: false, decodeEntities: false };
    const plain = { title: null, filename: document.title, exportOptions: { orthogonal: "export", ...asIs } };
    const table = new DataTable(place, {
      data: data.rows,
      columns: data.columns.map(({ name, isNumber }, column) => ({
        type: isNumber ? "num" : "string",
        className: isNumber ? "dt-right" : { left: "before", hit: "hit" }[name] ?? "dt-left",
        // DataTables makes HTML of what it shows and of what it searches; the rest stays as it is.
        render: {
          display: (cell) => `<bdi>${escape(shown(cell, column))}</bdi>`,
          filter: (cell) => (isNumber ? cell : escape(cell)),
        },
        orderSequence: isNumber ? ["desc", "asc", ""] : ["asc", "desc", ""],
        columnControl: [{ target: 1, content: [isNumber ? least : part] }],
      })),
      createdRow: (row) => { row.tabIndex = 0; },
      order: [],
      pageLength: 25,
      deferRender: true,
      autoWidth: false,
      layout: {
        topStart: ["pageLength", { buttons: [{ extend: "copy", ...plain }, { extend: "csv", bom: true, ...plain }] }],
        topEnd: "search",
        bottomStart: "info",
        bottomEnd: "paging",
      },
    });
    place.querySelectorAll("thead input").forEach((input, column) => {
      input.title = data.columns[column].isNumber ? "Numbers from this one on; the sign changes that" : "Texts with this in them";
      input.setAttribute("aria-label", `Filter of ${data.columns[column].name}: ${input.title}`);
    });
    table.on("draw", () => {
      const left = table.rows({ search: "applied" }).indexes().toArray();
      const before = found;
      found = left.length < data.rows.length ? new Set(left.map(keyOf)) : null;
      if (before !== found) dimOthers();
    });
    const open = (event) => {
      const row = table.row(event.currentTarget).index();
      if (row !== undefined) showPanel(keyOf(row));
    };
    table.on("click", "tbody tr", open);
    table.on("keydown", "tbody tr", (event) => { if (event.key === "Enter") open(event); });
  };

  scheme.addEventListener("change", draw);
  draw().then(drawTable).then(() => { document.documentElement.dataset.ready = "yes"; });
})();
