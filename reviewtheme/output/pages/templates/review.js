"use strict";
// One review: filters, the strip, and corrections.
const sentences = data.sentences;
const words = sentences.map((one) => folded(`${one.text} ${one.section.join(" ")}`));
const spans = sentences.map((_, index) => byId(`s${index}`));
const cards = all(".card");
const status = { none: "", changed: "Changed", confirmed: "Confirmed" };

// --- what the reader decided ---------------------------------------------------------------------------

/** Sentence index to {themes: sorted places, stance: place, confirmed}; only what was changed or confirmed. */
const decided = new Map();
let unsaved = false;
let remembers = true;

const themesOf = (index) => (decided.get(index) || sentences[index]).themes;
const stanceOf = (index) => (decided.get(index) || sentences[index]).stance;
const same = (a, b) => a.length === b.length && a.every((value, place) => value === b[place]);

function differs(index) {
  const { themes, stance } = sentences[index];
  return !same(themesOf(index), themes) || stanceOf(index) !== stance;
}

function stateOf(index) {
  if (!decided.has(index)) return "none";
  return differs(index) ? "changed" : "confirmed";
}

function decide(index, change) {
  const next = { themes: themesOf(index), stance: stanceOf(index), confirmed: decided.get(index)?.confirmed, ...change };
  next.themes = [...new Set(next.themes)].sort((a, b) => a - b);
  decided.set(index, next);
  if (!differs(index) && !next.confirmed) decided.delete(index);
  changed(index);
}

function changed(index) {
  unsaved = decided.size > 0;
  remember();
  redraw(index);
  tell();
}

function remember() {
  try {
    if (decided.size) localStorage.setItem(data.key, JSON.stringify({ unsaved, sentences: [...decided] }));
    else localStorage.removeItem(data.key);
  } catch {
    remembers = false;
  }
}

function recall() {
  try {
    const kept = JSON.parse(localStorage.getItem(data.key)) || { unsaved: false, sentences: [] };
    for (const [index, one] of kept.sentences) take(index, one.themes, one.stance, one.confirmed);
    unsaved = kept.unsaved;
  } catch {
    remembers = false;
  }
}

/** Take a decision that was kept, where it fits this page; tell whether it does. */
function take(index, themes, stance, confirmed) {
  const fits = sentences[index] && Array.isArray(themes) && themes.every((place) => data.themes[place]);
  if (!fits || !(data.stances[stance] || stance === -1)) return false;
  decided.set(index, { themes: [...new Set(themes)].sort((a, b) => a - b), stance, confirmed: Boolean(confirmed) });
  if (!confirmed && !differs(index)) decided.delete(index);
  return true;
}

addEventListener("beforeunload", (event) => {
  if (unsaved && !remembers) event.preventDefault();
});

// --- the file of corrections ---------------------------------------------------------------------------

function labelled() {
  return [...decided.keys()].sort((a, b) => a - b).map((index) => {
    const { text, start, end } = sentences[index];
    return JSON.stringify({
      text,
      themes: themesOf(index).map((place) => data.themes[place].id),
      stance: data.stances[stanceOf(index)]?.id ?? "",
      document: data.document,
      previous: index ? sentences[index - 1].text : "",
      start,
      end,
      checked: stateOf(index),
    });
  });
}

function save() {
  const content = new Blob([labelled().join("\n"), "\n"], { type: "application/jsonl" });
  const link = element("a", { href: URL.createObjectURL(content), download: `${data.document}.corrections.jsonl` });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  unsaved = false;
  remember();
  tell("Saved.");
}

/** Read corrections back; lines of other documents or other sentences are counted and left alone. */
async function open(file) {
  const at = new Map(sentences.map((one, index) => [`${one.start} ${one.text}`, index]));
  const themes = new Map(data.themes.map((theme, place) => [theme.id, place]));
  const stances = new Map(data.stances.map((stance, place) => [stance.id, place]));
  let taken = 0;
  let left = 0;
  for (const line of (await file.text()).split("\n").filter((text) => text.trim())) {
    let row = null;
    try {
      row = JSON.parse(line);
    } catch { /* counted below */ }
    const index = row && row.document === data.document ? at.get(`${row.start} ${row.text}`) : undefined;
    const places = index === undefined || !Array.isArray(row.themes) ? null : row.themes.map((id) => themes.get(id));
    const stance = row?.stance ? stances.get(row.stance) : -1;
    if (places && !places.includes(undefined) && stance !== undefined && take(index, places, stance, row.checked !== "changed")) taken += 1;
    else left += 1;
  }
  remember();
  redrawAll();
  tell(`${counted(taken, "sentence")} taken over${left ? `; ${left} lines belong to another document or codebook and were left` : ""}.`);
}

function tell(first = "") {
  const states = [...decided.keys()].map(stateOf);
  const changes = states.filter((state) => state === "changed").length;
  const sum = decided.size
    ? `${counted(changes, "sentence")} changed, ${states.length - changes} confirmed.${unsaved ? " Not saved yet." : ""}`
    : "None yet.";
  byId("tally").textContent = `${first} ${sum}`.trim();
  byId("save").disabled = byId("discard").disabled = !decided.size;
  byId("privacy").textContent = remembers
    ? "Until you discard them, your browser keeps them on this computer, without the text. Nothing is sent anywhere."
    : "Your browser keeps nothing for this page: save before you close it. Nothing is sent anywhere.";
}

// --- how decisions look --------------------------------------------------------------------------------

function redraw(index) {
  drawMarks(index);
  const mine = cards.filter((card) => Number(card.dataset.sentence) === index);
  for (const theme of themesOf(index)) {
    const there = mine.some((card) => Number(card.closest(".theme").dataset.theme) === theme);
    if (!there && sentences[index].counts) mine.push(addCard(sectionOf(theme), index));
  }
  mine.forEach(drawCard);
  if (chosen === index) drawChoices();
  filter();
}

function redrawAll() {
  for (const index of sentences.keys()) if (decided.has(index)) redraw(index);
}

function drawMarks(index) {
  const span = spans[index];
  if (!span) return;
  const themes = themesOf(index);
  const stance = data.stances[stanceOf(index)];
  span.className = `s${themes.length ? ` marked ${stance ? stance.look : "look-3"}` : ""}${index === chosen ? " chosen" : ""}`;
  span.classList.toggle("changed", stateOf(index) === "changed");
  span.querySelector(".marks")?.remove();
  if (!themes.length) return;
  const marks = element("span", { class: "marks" }, element("span", { class: "unseen" }, " – marked: "));
  if (stance) {
    marks.append(element("span", { class: "sign", "aria-hidden": "true" }, stance.sign));
    marks.append(element("span", { class: "unseen" }, `${displayed(stance.name)}: `));
  }
  marks.append(displayed(themes.map((place) => data.themes[place].name).join("; ")));
  span.append(marks);
}

function drawCard(card) {
  const index = Number(card.dataset.sentence);
  const theme = Number(card.closest(".theme").dataset.theme);
  const removed = !themesOf(index).includes(theme);
  card.classList.toggle("removed", removed);
  card.querySelector(".state").textContent = removed ? "Taken off by you" : status[stateOf(index)];
  const stance = data.stances[stanceOf(index)];
  const shown = card.querySelector(".stance");
  if (!stance || !shown) return;
  shown.className = `stance ${stance.look}`;
  shown.replaceChildren(element("span", { class: "sign", "aria-hidden": "true" }, stance.sign), ` ${displayed(stance.name)}`);
}

/** Find the evidence of a theme, or make room for it where the model found none. */
function sectionOf(theme) {
  const found = all(".theme").find((one) => Number(one.dataset.theme) === theme);
  if (found) return found;
  const id = `theme-title-added-${theme}`;
  const made = element("section", { class: "theme", "data-theme": theme, "aria-labelledby": id },
    element("h3", { id }, element("bdi", {}, displayed(data.themes[theme].name)), " ", element("span", { class: "tally" })),
    element("ol", { class: "cards" }));
  byId("evidence-list").append(made);
  return made;
}

/** Add a sentence to a theme that the reader gave it. */
function addCard(section, index) {
  const one = sentences[index];
  const button = (label, name) => element("button", { type: "button", class: "quiet", [`data-${name}`]: index }, label,
    element("span", { class: "unseen" }, ` sentence ${index + 1}`));
  const card = element("li", { class: "card", "data-sentence": index, "data-score": 1 },
    element("blockquote", { dir: "auto" }, displayed(one.text)),
    element("p", { class: "where" }, element("span", { class: "stance" }), element("span", { class: "fact" }, `Page ${one.page}`),
      element("span", { class: "fact" }, "Added by you"),
      element("span", { class: "fact section" }, displayed(one.section.join(" › ")))),
    element("p", { class: "act" }, button("Check", "check"), " ", button("Show in text", "show"), " ", element("span", { class: "state" })));
  section.querySelector(".cards").append(card);
  cards.push(card);
  return card;
}

// --- the sentence being checked ------------------------------------------------------------------------

let chosen = -1;
let last = -1; // the one before it was put away
let cameFrom = null;

function choose(index, { focus = false } = {}) {
  if (chosen >= 0) spans[chosen]?.classList.remove("chosen");
  for (const card of all(".card.chosen")) card.classList.remove("chosen");
  chosen = last = index;
  spans[index]?.classList.add("chosen");
  for (const card of cards) if (Number(card.dataset.sentence) === index) card.classList.add("chosen");
  byId("chosen").hidden = true;
  byId("sentence-form").hidden = false;
  const { text, page, section } = sentences[index];
  byId("chosen-text").textContent = displayed(text);
  byId("chosen-where").textContent = displayed([`Page ${page}`, ...section.slice(-1)].join(" · "));
  byId("sentence-form").querySelector("details").open = false;
  drawChoices();
  place();
  if (focus) byId("chosen-text").focus();
}

/** Put the form away. */
function leave() {
  spans[chosen]?.classList.remove("chosen");
  for (const card of all(".card.chosen")) card.classList.remove("chosen");
  chosen = -1;
  byId("chosen").hidden = false;
  byId("sentence-form").hidden = true;
  place();
}

function drawChoices() {
  const one = sentences[chosen];
  const active = document.activeElement?.id;
  const stances = data.stances.map((stance, place) => choice("radio", "chosen-stance", place, stance.name, {
    checked: place === stanceOf(chosen), differs: (place === stanceOf(chosen)) !== (place === one.stance),
    score: place === one.stance ? one.sure : null, sign: stance.sign,
    change: () => decide(chosen, { stance: place }),
  }));
  byId("chosen-stance").replaceChildren(byId("chosen-stance").firstElementChild, ...stances);
  byId("chosen-stance").hidden = !stances.length;
  const scores = new Map(one.scores);
  const now = themesOf(chosen);
  const choices = data.themes.map((theme, place) => choice("checkbox", "chosen-theme", place, theme.name, {
    checked: now.includes(place), differs: now.includes(place) !== one.themes.includes(place), score: scores.get(place) ?? null,
    change: (ticked) => decide(chosen, { themes: ticked ? [...now, place] : now.filter((each) => each !== place) }),
  }));
  const near = (place) => scores.has(place) || now.includes(place);
  const ranked = [...choices.keys()].filter(near).sort((a, b) => (scores.get(b) ?? 0) - (scores.get(a) ?? 0));
  document.querySelector("#chosen-themes .near").replaceChildren(...ranked.map((place) => choices[place]));
  document.querySelector("#chosen-themes .others").replaceChildren(...choices.filter((_, place) => !near(place)));
  const state = stateOf(chosen);
  byId("confirm").disabled = state !== "none";
  byId("confirm").textContent = state === "none" ? "Confirm as it is" : status[state];
  byId("restore").disabled = state === "none";
  const after = { confirm: "onward", restore: "confirm" }; // a button that has no more to do keeps no focus
  if (active) byId(byId(active)?.disabled && after[active] ? after[active] : active)?.focus();
}

function choice(type, group, place, name, { checked, differs: other, score, sign, change }) {
  const input = element("input", { type, name: group, id: `${group}-${place}`, checked });
  input.addEventListener("change", () => change(input.checked));
  const label = element("label", { class: `choice${other ? " differs" : ""}` }, input);
  if (sign) label.append(element("span", { "aria-hidden": "true" }, sign));
  label.append(element("span", {}, displayed(name)));
  if (score !== null) label.append(element("span", { class: "score", title: "Score of the model" }, score.toFixed(2)));
  return label;
}

function show(index) {
  showPanel("text");
  choose(index);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  spans[index]?.scrollIntoView({ block: "center", behavior: still ? "instant" : "auto" });
}

function steps() {
  const every = byId("stepping").value === "all";
  return [...sentences.keys()].filter((index) => spans[index] && (every || (themesOf(index).length && passes[index])));
}

function step(forward) {
  const list = steps();
  const next = forward ? list.find((index) => index > last) : list.findLast((index) => index < last);
  if (next !== undefined) show(next);
  place();
}

/** Go on to the next piece of evidence, or to the next sentence of the text. */
function onward() {
  if (byId("evidence").hasAttribute("hidden")) {
    step(true);
    return;
  }
  const inOrder = all(".card").filter((card) => !card.hidden && !card.parentElement.parentElement.hidden);
  const next = inOrder[inOrder.indexOf(cameFrom?.closest(".card")) + 1];
  if (!next) return;
  cameFrom = next.querySelector("[data-check]");
  choose(Number(next.dataset.sentence));
  next.scrollIntoView({ block: "center" });
}

function place() {
  const list = steps();
  const at = list.indexOf(chosen);
  byId("place").textContent = at >= 0 ? `${at + 1} of ${list.length}` : `${list.length.toLocaleString("en-GB")} to step through`;
}

// --- filters -------------------------------------------------------------------------------------------

const form = byId("filters");
let passes = sentences.map(() => true);

function wanted() {
  const stances = all("input[name=stance]", form);
  const theme = byId("theme").value;
  return {
    words: folded(byId("words").value).split(/\s+/).filter(Boolean),
    theme: theme ? data.themes.findIndex((one) => one.id === theme) : -1,
    stances: stances.length ? new Set(stances.filter((box) => box.checked).map((box) => Number(box.value))) : null,
    from: Number(byId("from").value) || 0,
    to: Number(byId("to").value) || Infinity,
    least: Number(byId("least").value),
    checked: byId("checked").value,
  };
}

function meets(index, asked) {
  const { page } = sentences[index];
  return (
    page >= asked.from && page <= asked.to &&
    (!asked.stances || asked.stances.has(stanceOf(index)) || stanceOf(index) === -1) &&
    (!asked.checked || stateOf(index) === asked.checked) &&
    asked.words.every((word) => words[index].includes(word))
  );
}

function scored(index, theme, least) {
  const found = sentences[index].scores.find(([place]) => place === theme);
  return decided.has(index) || (found ? found[1] : 0) >= least;
}

function filter() {
  const asked = wanted();
  byId("least-shown").textContent = asked.least.toFixed(2);
  const met = sentences.map((_, index) => meets(index, asked));
  passes = met.map((ok, index) => ok && themesOf(index).some((theme) =>
    (asked.theme < 0 || theme === asked.theme) && scored(index, theme, asked.least)));
  let shown = 0;
  let themes = 0;
  for (const section of all(".theme")) {
    const theme = Number(section.dataset.theme);
    let here = 0;
    for (const card of section.querySelector(".cards").children) {
      const index = Number(card.dataset.sentence);
      card.hidden = !(met[index] && (asked.theme < 0 || asked.theme === theme) && scored(index, theme, asked.least));
      here += !card.hidden;
    }
    section.hidden = !here;
    section.querySelector(".tally").textContent = here;
    shown += here;
    themes += here > 0;
  }
  for (const [index, span] of spans.entries()) span?.classList.toggle("left-out", !passes[index]);
  byId("found").textContent = `${counted(shown, "mark")} in ${counted(themes, "theme")}`;
  place();
}

// --- the strip -----------------------------------------------------------------------------------------

function nearest(event) {
  const svg = byId("strip").querySelector("svg");
  const { left, right, top, row } = byId("strip").dataset;
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const theme = data.rows[Math.floor((at.y - top) / row)];
  const offset = ((at.x - left) / (right - left)) * data.length;
  const bearers = [...sentences.keys()].filter((index) => sentences[index].counts && sentences[index].themes.includes(theme));
  const away = (index) => Math.abs((sentences[index].start + sentences[index].end) / 2 - offset);
  const best = bearers.sort((a, b) => away(a) - away(b))[0];
  return best !== undefined && away(best) < data.length / 60 ? best : undefined;
}

// --- begin ---------------------------------------------------------------------------------------------

let waiting = 0;
for (const kind of ["input", "change"]) {
  form.addEventListener(kind, () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 80);
  });
}
form.addEventListener("reset", () => setTimeout(filter));
form.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("panel", ({ detail }) => {
  form.hidden = detail !== "evidence" && detail !== "text";
});
byId("evidence-list").addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (button?.dataset.check) {
    cameFrom = button;
    choose(Number(button.dataset.check), { focus: true });
  } else if (button?.dataset.show) show(Number(button.dataset.show));
});
byId("document").addEventListener("click", ({ target }) => {
  const span = target.closest(".s");
  if (!span || !getSelection().isCollapsed) return;
  choose(Number(span.dataset.sentence));
  span.scrollIntoView({ block: "nearest" }); // the form may lie over it
});
byId("strip")?.addEventListener("click", (event) => {
  const index = nearest(event);
  if (index !== undefined) show(index);
});
byId("previous").addEventListener("click", () => step(false));
byId("next").addEventListener("click", () => step(true));
byId("stepping").addEventListener("change", place);
byId("confirm").addEventListener("click", () => decide(chosen, { confirmed: true }));
byId("onward").addEventListener("click", onward);
byId("restore").addEventListener("click", () => {
  decided.delete(chosen);
  changed(chosen);
});
byId("back").addEventListener("click", () => {
  leave();
  if (cameFrom?.isConnected && cameFrom.checkVisibility()) cameFrom.focus();
  else byId("next").focus();
});
byId("sentence-form").addEventListener("submit", (event) => event.preventDefault());
byId("save").addEventListener("click", save);
byId("open").addEventListener("change", ({ target }) => {
  if (target.files[0]) open(target.files[0]);
  target.value = "";
});
byId("discard").addEventListener("click", () => {
  if (!confirm(`Discard ${counted(decided.size, "correction")}? They cannot be brought back.`)) return;
  const indices = [...decided.keys()];
  decided.clear();
  for (const index of indices) changed(index);
  byId("open").focus();
});
recall();
showPanel(panelOfAddress().id);
redrawAll();
filter();
tell();
