"""Tables in which each cell is a category of its column: surveys, properties."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.tables.making import Made, answers, drawn, hash_of, table, written

SURVEY = (["f", "m"], ["18-29", "30-44", "45-64", "65+"], ["daily", "weekly", "never"], ["north", "south"])


def answered(r: random.Random, count: int, header: list[str], *choices: Sequence[object], delimiter: str = ",") -> Made:
    """A survey without ids."""
    rows = drawn(r, count, *choices)
    return written([header, *rows], delimiter), answers(header, rows)


def numbered_answers(
    r: random.Random,
    header: list[str],
    *choices: Sequence[object],
    start: int = 1,
    delimiter: str = ",",
    count: int = 80,
) -> Made:
    """A survey whose first column numbers the rows."""
    rows = drawn(r, count, *choices)
    text = written([header, *([start + i, *row] for i, row in enumerate(rows))], delimiter)
    return text, answers(header[1:], rows)


@table("survey.csv", "table")
def survey(r: random.Random) -> Made:
    header = ["gender", "age group", "shops", "region"]
    return answered(r, 90, header, *SURVEY)


@table("titanic.csv", "table")
def titanic(r: random.Random) -> Made:
    header = ["Class", "Sex", "Age", "Survived"]
    return answered(
        r, 200, header, ["1st", "2nd", "3rd", "Crew"], ["Male", "Female"], ["Child", "Adult"], ["No", "Yes"]
    )


@table("likert.csv", "table")
def five_point_scales_with_ids(r: random.Random) -> Made:
    scale = [1, 2, 3, 4, 5]
    return numbered_answers(r, ["respondent_id", "Q1", "Q2", "Q3", "Q4", "Q5"], *[scale] * 5)


@table("agaricus-lepiota.data", "table")
def letters_without_header(r: random.Random) -> Made:
    rows = drawn(r, 300, "pe", "xbsf", "sfyg", "nbcgw", "tf", "alcn", "f", "cw", "bn")
    return written(rows), answers([f"column {i + 1}" for i in range(9)], rows)


@table("问卷.csv", "table")
def chinese_survey(r: random.Random) -> Made:
    header = ["序号", "性别", "年龄段", "学历", "是否满意"]
    return numbered_answers(
        r, header, ["男", "女"], ["18-25岁", "26-35岁", "36岁以上"], ["本科", "大专", "硕士"], ["是", "否"]
    )


@table("Umfrage.csv", "table")
def german_survey(r: random.Random) -> Made:
    header = ["Nr", "Geschlecht", "Alter", "Zufriedenheit", "Bundesland"]
    choices = (
        ["weiblich", "männlich"],
        ["unter 30", "30 bis 50", "über 50"],
        ["hoch", "mittel", "niedrig"],
        ["Bayern", "Hessen"],
    )
    return numbered_answers(r, header, *choices, delimiter=";")


@table("mushrooms.csv", "table")
def letters_with_header(r: random.Random) -> Made:
    header = ["class", "cap-shape", "cap-surface", "cap-color", "bruises", "odor"]
    return answered(r, 300, header, "pe", "xbsf", "sfyg", "nbcgw", "tf", "alcn")


@table("weather.nominal.arff", "table")
def arff_of_weather(r: random.Random) -> Made:
    names = ["outlook", "temperature", "humidity", "windy", "play"]
    choices = (
        ["sunny", "overcast", "rainy"],
        ["hot", "mild", "cool"],
        ["high", "normal"],
        ["TRUE", "FALSE"],
        ["yes", "no"],
    )
    rows = drawn(r, 14, *choices)
    head = "".join(f"@attribute {name} {{{', '.join(choice)}}}\n" for name, choice in zip(names, choices, strict=True))
    return "@relation weather.symbolic\n\n" + head + "\n@data\n" + written(rows), answers(names, rows)


@table("weather.csv", "table")
def fourteen_days(r: random.Random) -> Made:
    header = ["outlook", "temp", "humidity", "windy", "play"]
    return answered(
        r,
        14,
        header,
        ["sunny", "overcast", "rainy"],
        ["hot", "mild", "cool"],
        ["high", "normal"],
        ["weak", "strong"],
        ["yes", "no"],
    )


@table("frame.csv", "table")
def pandas_categories(r: random.Random) -> Made:
    return numbered_answers(
        r, ["", "color", "size", "shape"], ["red", "blue"], ["big", "small"], ["round", "square", "flat"], start=0
    )


@table("Titanic.txt", "table")
def r_write_table(r: random.Random) -> Made:
    header = ["Class", "Sex", "Age", "Survived"]
    rows = drawn(r, 100, ["1st", "2nd", "3rd", "Crew"], ["Male", "Female"], ["Child", "Adult"], ["No", "Yes"])
    quoted = [" ".join(f'"{cell}"' for cell in [i + 1, *row]) for i, row in enumerate(rows)]
    return " ".join(f'"{name}"' for name in header) + "\n" + "\n".join(quoted) + "\n", answers(header, rows)


@table("アンケート.csv", "table")
def japanese_survey(r: random.Random) -> Made:
    header = ["回答者ID", "性別", "年代", "利用頻度"]
    return numbered_answers(r, header, ["男性", "女性"], ["20代", "30代", "40代"], ["毎日", "週1回", "利用しない"])


@table("설문.csv", "table")
def korean_survey(r: random.Random) -> Made:
    header = ["번호", "성별", "연령대", "만족도"]
    return numbered_answers(r, header, ["남", "여"], ["20대", "30대", "40대"], ["만족", "보통", "불만족"])


@table("enquete.csv", "table")
def french_survey(r: random.Random) -> Made:
    header = ["sexe", "âge", "fréquence", "satisfait"]
    return answered(
        r,
        70,
        header,
        ["homme", "femme"],
        ["18-30", "31-50", "51+"],
        ["souvent", "rarement"],
        ["oui", "non"],
        delimiter=";",
    )


@table("опрос.csv", "table")
def russian_survey(r: random.Random) -> Made:
    header = ["пол", "возраст", "город", "доволен"]
    return answered(
        r,
        70,
        header,
        ["муж", "жен"],
        ["до 30", "30-50", "50+"],
        ["Москва", "Казань", "Омск"],
        ["да", "нет"],
        delimiter=";",
    )


@table("car.csv", "table")
def columns_that_share_values(r: random.Random) -> Made:
    header = ["buying", "maint", "doors", "persons", "lug_boot", "safety", "class"]
    four = ["vhigh", "high", "med", "low"]
    return answered(
        r,
        300,
        header,
        four,
        four,
        [2, 3, 4, "5more"],
        [2, 4, "more"],
        ["small", "med", "big"],
        four[1:],
        ["unacc", "acc", "good"],
    )


@table("adult.csv", "table")
def numbers_among_categories(r: random.Random) -> Made:
    header = ["age", "workclass", "education", "hours-per-week", "income"]
    return answered(
        r,
        200,
        header,
        range(17, 80),
        ["Private", "State-gov", "Self-emp"],
        ["HS-grad", "Bachelors", "Masters"],
        [20, 35, 40, 40, 50],
        ["<=50K", ">50K"],
    )


@table("patients.csv", "table")
def missing_answers(r: random.Random) -> Made:
    header = ["patient_id", "diagnosis", "smoker", "stage", "outcome"]
    return numbered_answers(
        r, header, ["flu", "asthma", "copd"], ["yes", "no", ""], ["I", "II", "III"], ["good", "bad"]
    )


@table("encuesta.csv", "table")
def spanish_survey_with_names(r: random.Random) -> Made:
    header = ["nombre", "sexo", "edad", "compra"]
    rows = drawn(r, 60, ["H", "M"], ["joven", "adulto", "mayor"], ["siempre", "a veces", "nunca"])
    return written([header, *([f"Persona {hash_of(i)}", *row] for i, row in enumerate(rows))]), answers(
        header[1:], rows
    )


@table("big.csv", "table", slow=True)
def two_hundred_thousand_answers(r: random.Random) -> Made:
    header = ["gender", "age group", "shops", "region"]
    return answered(r, 200_000, header, *SURVEY)
