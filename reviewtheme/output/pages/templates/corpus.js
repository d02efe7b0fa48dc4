"use strict";
// A corpus: the heat map and the recommendations.
const { reviews, themes, texts } = data;
const names = reviews.map((review) => folded(review.name));
const collator = new Intl.Collator("en-GB", { numeric: true });
const kinds = [...new Set(reviews.map((review) => review.kind))].filter(Boolean).sort(collator.compare);

/** Fill the choices of kind and year, and tell which reviews the reader asks for. */
function asked(prefix) {
  const from = Number(byId(`${prefix}-from`).value) || -Infinity;
  const to = Number(byId(`${prefix}-to`).value) || Infinity;
  const kind = byId(`${prefix}-kind`).value;
  const anyYear = from === -Infinity && to === Infinity;
  return (review) => (!kind || review.kind === kind) && (anyYear || (review.year !== null && review.year >= from && review.year <= to));
}

function offer(prefix) {
  byId(`${prefix}-kind`).append(...kinds.map((kind) => element("option", { value: kind }, displayed(kind))));
  const years = reviews.map((review) => review.year).filter((year) => year !== null);
  if (!years.length) return;
  byId(`${prefix}-from`).placeholder = years.reduce((a, b) => Math.min(a, b));
  byId(`${prefix}-to`).placeholder = years.reduce((a, b) => Math.max(a, b));
}

function soon(action) {
  let waiting = 0;
  return () => {
    clearTimeout(waiting);
    waiting = setTimeout(action, 100);
  };
}

// --- the heat map --------------------------------------------------------------------------------------

const ROWS = 500;
let sorting = { by: "name", down: false };
let page = 0;

function count(review, theme, stance) {
  const cell = review.cells.find(([place]) => place === theme);
  if (!cell) return 0;
  return stance === "" ? cell.slice(1).reduce((a, b) => a + b, 0) : cell[1 + Number(stance)];
}

function value(review, theme, { stance, measure }) {
  const number = count(review, theme, stance);
  return measure === "share" ? (100 * number) / Math.max(1, review.sentences) : number;
}

const shown = (number, measure) => (number && measure === "share" ? number.toFixed(number < 9.95 ? 1 : 0) : `${number || ""}`);

function ordered(list, asking) {
  const sign = sorting.down ? -1 : 1;
  const key = (review) => (typeof sorting.by === "number" ? value(review, sorting.by, asking) : review[sorting.by] ?? -Infinity);
  return list
    .map((review) => [review, key(review)])
    .sort(([a, x], [b, y]) => sign * (typeof x === "string" ? collator.compare(x, y) : x - y || 0) || collator.compare(a.name, b.name))
    .map(([review]) => review);
}

function drawHeat() {
  const asking = { stance: byId("map-stance")?.value ?? "", measure: byId("map-measure").value };
  const words = folded(byId("map-words").value).split(/\s+/).filter(Boolean);
  const wanted = asked("map");
  const met = ordered(reviews.filter((review, place) => wanted(review) && words.every((word) => names[place].includes(word))), asking);
  page = Math.min(page, Math.max(0, Math.ceil(met.length / ROWS) - 1));
  const rows = met.slice(page * ROWS, (page + 1) * ROWS);
  const columns = [...themes.keys()];
  const most = met.reduce((top, review) => columns.reduce((best, theme) => Math.max(best, value(review, theme, asking)), top), 0) || 1;
  const table = element("table", { class: byId("map-small").checked ? "small" : "" });
  table.append(element("caption", { class: "unseen" }, `Number of ${asking.measure === "share" ? "sentences in 100 " : "sentences "}with each theme, by review`));
  table.append(headings(columns));
  table.append(element("tbody", {}, ...rows.map((review) => row(review, columns, asking, most))));
  byId("heat").replaceChildren(table);
  const several = met.length > ROWS;
  byId("map-status").replaceChildren(
    several ? `${page * ROWS + 1} to ${page * ROWS + rows.length} of ${counted(met.length, "review")} ` : counted(met.length, "review"));
  if (several) byId("map-status").append(turn("Earlier", -1, page > 0), " ", turn("Later", 1, (page + 1) * ROWS < met.length));
}

function turn(label, by, possible) {
  const button = element("button", { type: "button", class: "quiet", disabled: !possible }, label);
  button.addEventListener("click", () => {
    page += by;
    drawHeat();
  });
  return button;
}

function headings(columns) {
  const cells = [heading("Review", "name"), heading("Year", "year"), ...columns.map((theme) => heading(themes[theme].name, theme))];
  return element("thead", {}, element("tr", {}, ...cells));
}

function heading(label, by) {
  const cell = element("th", { scope: "col", class: typeof by === "number" ? "turned" : "" });
  if (sorting.by === by) cell.setAttribute("aria-sort", sorting.down ? "descending" : "ascending");
  const button = element("button", { type: "button", id: `sort-${by}` }, element("span", {}, displayed(label)));
  button.addEventListener("click", () => {
    sorting = { by, down: sorting.by === by ? !sorting.down : typeof by === "number" };
    page = 0;
    drawHeat();
    byId(`sort-${by}`).focus();
  });
  cell.append(button);
  return cell;
}

function row(review, columns, asking, most) {
  const cut = review.name.lastIndexOf("/") + 1; // where room is short, a file's name says more than its folder's
  const parts = [["folder", review.name.slice(0, cut)], ["file", review.name.slice(cut)]]
    .filter(([, part]) => part)
    .map(([kind, part]) => element("bdi", { class: kind }, displayed(part)));
  const name = review.page ? element("a", { class: "path", href: review.page }, ...parts) : element("span", { class: "path" }, ...parts);
  const about = [review.name, review.kind].filter(Boolean).map(displayed).join("\n");
  const first = element("th", { scope: "row", title: about }, name);
  const made = element("tr", {}, first, element("td", { class: "year" }, `${review.year ?? "–"}`));
  for (const theme of columns) {
    const number = value(review, theme, asking);
    const cell = document.createElement("td");
    cell.className = `cell h${number ? Math.max(1, Math.ceil(5 * Math.sqrt(number / most))) : 0}`;
    cell.textContent = shown(number, asking.measure);
    made.append(cell);
  }
  return made;
}

byId("heat").addEventListener("pointerover", ({ target }) => {
  const cell = target.closest("td.cell");
  if (!cell || cell.title) return;
  const review = cell.parentElement.firstElementChild.textContent;
  cell.title = `${displayed(themes[cell.cellIndex - 2].name)}: ${cell.textContent || 0}\n${review}`;
});

// --- recommendations -----------------------------------------------------------------------------------

const STEP = 25;
const foldedTexts = texts.map(([text]) => folded(text));

function drawAsked() {
  const words = folded(byId("asked-words").value).split(/\s+/).filter(Boolean);
  const wanted = asked("asked");
  const met = (entry) => words.every((word) => foldedTexts[entry[0]].includes(word)) && wanted(reviews[texts[entry[0]][1]]);
  const open = new Set(all("#asked-list details[open]").map((one) => one.dataset.theme));
  const lists = data.recommendations.map(({ all: total, kept }, theme) => ({ theme, total, kept: kept.filter(met), all: kept.length }));
  const found = lists.filter((list) => list.kept.length).sort((a, b) => b.kept.length - a.kept.length);
  const only = found.length === 1;
  byId("asked-list").replaceChildren(...found.map((list) => themeList(list, only || open.has(`${list.theme}`))));
  const sentences = new Set(found.flatMap((list) => list.kept.map(([text]) => text))).size;
  byId("asked-status").textContent = `${counted(sentences, "recommendation")} in ${counted(found.length, "theme")}`;
}

function themeList({ theme, total, kept, all: there }, open) {
  const left = total > there ? ` (here are the ${there} of the highest scores, of ${total.toLocaleString("en-GB")})` : "";
  const list = element("ol", { class: "cards" });
  const more = element("button", { type: "button" }, "Show more");
  const made = element("details", { class: "asked", "data-theme": theme },
    element("summary", {}, element("span", { class: "name", style: `border-color: ${themes[theme].colour}` }, displayed(themes[theme].name)), " ",
      element("span", { class: "tally" }, `${kept.length.toLocaleString("en-GB")}${left}`)), list, more);
  const add = () => {
    list.append(...kept.slice(list.children.length, list.children.length + STEP).map(recommendation));
    more.hidden = list.children.length >= kept.length;
  };
  more.addEventListener("click", () => {
    const next = list.children.length;
    add();
    list.children[next]?.querySelector("blockquote").focus();
  });
  made.unfold = () => list.children.length || add();
  made.addEventListener("toggle", () => made.open && made.unfold());
  made.open = open;
  return made;
}

function recommendation([place, score]) {
  const [text, review, at, others] = texts[place];
  const { name, page: address, year } = reviews[review];
  const source = element("bdi", {}, displayed(name));
  return element("li", { class: "card" }, element("blockquote", { dir: "auto", tabIndex: -1 }, displayed(text)),
    element("p", { class: "where" }, element("span", { class: "fact" }, address ? element("a", { href: address }, source) : source),
      element("span", { class: "fact" }, `Page ${at}`), ...(year ? [element("span", { class: "fact" }, `${year}`)] : []),
      element("span", { class: "fact" }, `Score ${score.toFixed(2)}`),
      element("span", { class: "fact section" }, displayed(others.map((each) => themes[each].name).join("; ")))));
}

// --- begin: a part is made when it is first shown ------------------------------------------------------

const drawn = new Set();
document.addEventListener("panel", ({ detail }) => make(detail));

function make(panel) {
  const draw = { map: drawHeat, asked: drawAsked }[panel];
  if (!draw || drawn.has(panel)) return;
  drawn.add(panel);
  offer(panel);
  draw();
}

const redrawHeat = soon(() => {
  page = 0;
  drawHeat();
});
const redrawAsked = soon(drawAsked);
for (const kind of ["input", "change"]) {
  byId("map-filters").addEventListener(kind, redrawHeat);
  byId("asked-filters").addEventListener(kind, redrawAsked);
}
for (const form of all("form")) form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("beforeprint", () => {
  ["map", "asked"].forEach(make);
  for (const list of all("#asked-list details")) {
    list.unfold();
    list.open = true;
  }
});
showPanel(panelOfAddress().id);
