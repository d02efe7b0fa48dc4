"use strict";
// What both pages share. Nothing here, or after it, asks for anything outside this file.
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
document.documentElement.classList.add("scripted");

/** Make an element with properties and children; text stays text. */
function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "class") made.className = value;
    else if (key in made && key !== "list") made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** Put U+FFFD in the place of characters that steer the text around them, as the rest of the page has it. */
const displayed = (text) =>
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");

/** Letters without case and accents, so that "Zoe" finds "Zoë". */
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[‘’]/g, "'");

const counted = (number, noun) => `${number.toLocaleString("en-GB")} ${noun}${number === 1 ? "" : "s"}`;

// --- one part of the page at a time; the address names it, and "find in page" opens it ---------------

const panels = all(".panel");

function showPanel(id) {
  for (const panel of panels) {
    if (panel.id === id) panel.removeAttribute("hidden");
    else panel.setAttribute("hidden", "until-found");
  }
  for (const link of all(".tabs a")) {
    if (link.dataset.panel === id) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  document.dispatchEvent(new CustomEvent("panel", { detail: id }));
}

function panelOfAddress() {
  const named = byId(decodeURIComponent(location.hash.slice(1)));
  return (named && named.closest(".panel")) || panels[0];
}

for (const link of all(".tabs a")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    history.replaceState(null, "", `#${link.dataset.panel}`);
    showPanel(link.dataset.panel);
    window.scrollTo({ top: Math.min(window.scrollY, byId("main").offsetTop - 60), behavior: "instant" });
  });
}
for (const panel of panels) panel.addEventListener("beforematch", () => showPanel(panel.id));
addEventListener("hashchange", () => showPanel(panelOfAddress().id));
addEventListener("beforeprint", () => {
  for (const hidden of all("details.numbers")) hidden.open = true;
});
