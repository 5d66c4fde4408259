// What a page is asked by the tests: (name) => the answer of that check.
(name) => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const numbers = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  // WCAG 2: relative luminance of sRGB.
  const linear = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = (node) => {
    for (let here = node; here; here = here.parentElement) {
      const colour = numbers(getComputedStyle(here).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const ownText = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
  const named = (node) => document.getElementById(node.getAttribute("aria-labelledby"))?.textContent.trim()
    || node.getAttribute("aria-label") || [...(node.labels || [])].some((label) => label.textContent.trim())
    || (node.tagName === "BUTTON" && node.textContent.trim());
  const checks = {
    nameless: () => all("button, input:not([type=file]), select, textarea, [role=img], dialog, nav, aside, section, [role=listbox]")
      .filter((node) => !named(node)).map((node) => node.outerHTML.slice(0, 80)),
    lowContrast: () => all("header *, nav *, aside *, #below *")
      .filter((node) => node.offsetParent && !node.disabled && ownText(node))
      .map((node) => {
        const [a, b] = [luminance(numbers(getComputedStyle(node).color)), luminance(ground(node))].sort((x, y) => y - x);
        return [(a + 0.05) / (b + 0.05), `${node.tagName} ${node.className || node.id} ${node.textContent.slice(0, 30)}`];
      })
      .filter(([ratio]) => ratio < 4.5),
    smallTargets: () => all("button, select").filter((node) => node.offsetParent)
      .filter((node) => { const box = node.getBoundingClientRect(); return box.height < 24 || box.width < 24; }).map((node) => node.id),
    cardsOnScreen: () => all(".card:not(.flagged)").filter((card) => {
      const box = card.getBoundingClientRect();
      return box.bottom - box.height * 0.25 <= innerHeight;
    }).length,
    twins: () => all("[id]").length - new Set(all("[id]").map((node) => node.id)).size,
    corners: () => { // of the box of GTV-1 in P0, on the screen
      const m = document.querySelector("#main-view image").getScreenCTM();
      return [[24, 20], [38, 30]].map(([x, y]) => [m.a * x + m.e, m.d * y + m.f]);
    },
    nextTimes: async () => {
      const times = [];
      for (let i = 0; i < 20; i += 1) {
        const began = performance.now();
        document.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
        times.push(performance.now() - began);
      }
      return times.sort((a, b) => a - b);
    },
    same: () => (document.querySelector("#main-view svg")?.getAttribute("aria-label") || "").startsWith(document.querySelector("#title").textContent),
  };
  return checks[name]();
}
