"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const panel = document.getElementById("lines");

  /** Makes an element with text in it; text of the corpus never becomes HTML. */
  const element = (name, text = "") => {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  };

  /** A number as people read it: those of a whole column in full, others with three decimals, tiny ones with an exponent. */
  const shownNumber = (value, isWhole) => {
    if (value === null) return "";
    if (isWhole || value === 0) return value.toLocaleString("en");
    if (Math.abs(value) < 0.0005) return value.toExponential(2);
    return value.toLocaleString("en", { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  };

  /** Colours and fonts of the pictures, which follow those of the page. */
  const config = () => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const text = { labelColor: colour("--ink"), titleColor: colour("--ink"), titleFontWeight: "normal" };
    return {
      background: null,
      font: getComputedStyle(document.body).fontFamily,
      view: { stroke: null },
      axis: { ...text, gridColor: colour("--rule"), domainColor: colour("--faint"), tickColor: colour("--faint"), labelFontSize: 12, titleFontSize: 13 },
      legend: { ...text, labelFontSize: 12, titleFontSize: 12 },
      title: { color: colour("--ink") },
      text: { color: colour("--ink"), fontSize: 12 },
      rule: { color: colour("--faint") },
      mark: { tooltip: true },
    };
  };

  /** Shows the lines of the text in which what the key stands for occurs. */
  const showLines = (key) => {
    const close = element("button", "\u00d7");
    close.setAttribute("aria-label", "Close");
    close.addEventListener("click", () => { panel.hidden = true; });
    const heading = element("h2", key.replaceAll("\t", " \u2026 "));
    heading.dir = "auto";
    panel.replaceChildren(close, heading);
    if (!Object.hasOwn(data.lines, key)) {
      panel.append(element("p", "No lines: they are kept for what is drawn in the pictures."));
    } else {
      const list = document.createElement("ol");
      for (const [file, number, left, hit, right] of data.lines[key]) {
        const line = element("li");
        const text = document.createElement("bdi");
        text.append(left, element("mark", hit), right);
        line.append(text, element("small", `${data.files[file]}:${number}`));
        list.append(line);
      }
      panel.append(list);
    }
    panel.hidden = false;
    panel.scrollTop = 0;
  };
  const hasLines = Object.keys(data.lines).length > 0;
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") panel.hidden = true; });

  const drawPictures = async () => {
    document.documentElement.classList.toggle("dark", scheme.matches);
    for (const { name, height, spec } of data.pictures) {
      const place = document.querySelector(`#picture-${name} .chart`);
      const shown = { ...spec, width: "container", height, autosize: { type: "fit-x", contains: "padding" } };
      const { view } = await vegaEmbed(place, shown, {
        renderer: "svg",
        config: config(),
        actions: { export: true, source: false, compiled: false, editor: false },
        downloadFileName: name,
        tooltip: { theme: scheme.matches ? "dark" : "light" },
      });
      view.addEventListener("click", (_event, item) => {
        if (hasLines && item && item.datum && typeof item.datum.key === "string") showLines(item.datum.key);
      });
    }
    dimOthers();
  };

  /** Leaves bright in the pictures what the search and the filters of the table leave; null: everything. */
  let found = null;
  const dimOthers = () => {
    for (const mark of document.querySelectorAll('.chart [role="graphics-symbol"]')) {
      const datum = mark.__data__ && mark.__data__.datum; // Vega keeps there what it has drawn
      const key = datum && datum.key;
      mark.style.opacity = found === null || typeof key !== "string" || found.has(key) ? "" : "0.06";
    }
  };

  const drawTable = async () => {
    const place = document.getElementById("table");
    if (!place) return;
    const url = URL.createObjectURL(new Blob([document.getElementById("tables").textContent], { type: "text/javascript" }));
    const { default: DataTable } = await import(url);
    URL.revokeObjectURL(url);
    const escape = DataTable.render.text().display;
    const numbers = { extend: "searchNumber", excludeLogic: ["equal", "notEqual", "greater", "empty", "notEmpty"] };
    const isWhole = data.columns.map((_, column) => data.rows.every((row) => Number.isInteger(row[column] ?? 0)));
    const table = new DataTable(place, {
      data: data.rows,
      columns: data.columns.map(({ name, isNumber }, column) => ({
        type: isNumber ? "num" : "string",
        className: isNumber ? "dt-right" : name === "left" ? "before" : "dt-left",
        render: { display: (cell) => (isNumber ? shownNumber(cell, isWhole[column]) : `<bdi>${escape(cell)}</bdi>`) },
        orderSequence: isNumber ? ["desc", "asc", ""] : ["asc", "desc", ""],
        ...(isNumber && { columnControl: [{ target: 1, content: [numbers] }] }),
      })),
      order: [],
      pageLength: 25,
      deferRender: true,
      autoWidth: false,
      columnControl: [{ target: 1, content: ["search"] }],
      layout: { topStart: "pageLength", topEnd: "search", bottomStart: "info", bottomEnd: "paging" },
    });
    const keyOf = (row) => (data.keys ? data.keys[row] : data.rows[row][0]);
    table.on("draw", () => {
      const left = table.rows({ search: "applied" }).indexes().toArray();
      const before = found;
      found = left.length < data.rows.length ? new Set(left.map(keyOf)) : null;
      if (before !== found) dimOthers();
    });
    if (!hasLines) return;
    table.on("click", "tbody tr", (event) => {
      const row = table.row(event.currentTarget).index();
      if (row !== undefined) showLines(keyOf(row));
    });
  };

  scheme.addEventListener("change", drawPictures);
  drawPictures().then(drawTable).then(() => { document.documentElement.dataset.ready = "yes"; });
})();
