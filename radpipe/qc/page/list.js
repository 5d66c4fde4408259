// The list of masks: only rows that are seen are in the page, so that 30,000 of them cost nothing.
"use strict";
radpipe.list = (() => {
  const HEIGHT = 40;
  const BEYOND = 8;
  let shown = []; // numbers of masks
  let current = 0; // place in shown
  let choose = () => {};
  const { byId, make } = radpipe;
  const words = []; // lower-case words of each mask, made once

  const STATES = [
    ["all", "all masks"], ["open", "still to do"], ["flagged", "flagged"], ["sample", "random sample"], ["later", "later"],
    ["per_protocol", "per protocol"], ["variation", "acceptable variation"], ["exclude", "excluded"], ["stale", "another mask than decided on"],
  ];

  /** Fill the choices and show everything. */
  function open(chooser) {
    choose = chooser;
    const data = radpipe.run.index();
    data.masks.roi.forEach((roi, i) => words.push(`${data.images[data.masks.image[i]].join(" ")} ${data.rois[roi]}`.toLowerCase()));
    const counts = new Map();
    for (const roi of data.masks.roi) counts.set(roi, (counts.get(roi) || 0) + 1);
    const names = [...counts.keys()].sort((a, b) => data.rois[a].localeCompare(data.rois[b]));
    byId("by-roi").append(make("option", { value: "" }, "all"), ...names.map((roi) => make("option", { value: roi }, `${data.rois[roi]} (${counts.get(roi)})`)));
    byId("by-state").append(...STATES.map(([value, text]) => make("option", { value }, text)));
    byId("by-order").append(make("option", { value: "queue" }, "worst first"), make("option", { value: "case" }, "by case"));
    for (const id of ["find", "by-roi", "by-state", "by-order"]) byId(id).addEventListener("input", () => { const was = number(); refresh(); go(Math.max(shown.indexOf(was), 0)); });
    byId("list").addEventListener("scroll", paint, { passive: true });
    window.addEventListener("resize", paint);
    refresh();
  }

  function wanted(mask, state, sample) {
    if (state === "all") return true;
    if (state === "flagged") return radpipe.run.flagged(mask);
    if (state === "sample") return sample.has(mask);
    if (state === "stale") return radpipe.decisions.isStale(mask);
    const own = radpipe.decisions.own(mask, radpipe.reviewer());
    return state === "open" ? own === "todo" || own === "later" : own === state;
  }

  /** Choose and order the masks again. */
  function refresh() {
    const data = radpipe.run.index();
    const text = byId("find").value.trim().toLowerCase();
    const roi = byId("by-roi").value;
    const state = byId("by-state").value;
    const order = byId("by-order").value === "case" ? data.masks.roi.map((_, i) => i) : data.queue;
    const sample = new Set(data.sample);
    shown = order.filter((mask) => (!roi || data.masks.roi[mask] === Number(roi)) && (!text || words[mask].includes(text)) && wanted(mask, state, sample));
    current = Math.min(current, Math.max(shown.length - 1, 0));
    byId("list-inner").style.height = `${shown.length * HEIGHT}px`;
    byId("count").textContent = `${shown.length} of ${data.masks.roi.length} masks`;
    paint();
  }

  /** Put the rows into the page that are seen. */
  function paint() {
    const list = byId("list");
    const first = Math.max(Math.floor(list.scrollTop / HEIGHT) - BEYOND, 0);
    const last = Math.min(Math.ceil((list.scrollTop + list.clientHeight) / HEIGHT) + BEYOND, shown.length);
    const rows = [];
    for (let i = first; i < last; i += 1) rows.push(row(i));
    byId("list-inner").replaceChildren(...rows);
    if (shown.length) list.setAttribute("aria-activedescendant", `row-${current}`);
    else list.removeAttribute("aria-activedescendant");
  }

  function row(i) {
    const mask = radpipe.run.mask(shown[i]);
    const own = radpipe.decisions.own(mask.number, radpipe.reviewer());
    const isStale = radpipe.decisions.isStale(mask.number);
    const state = isStale ? "another mask now" : radpipe.decisions.WORDS[own];
    const node = make("div", { class: `row ${own}${i === current ? " current" : ""}`, role: "option", id: `row-${i}`, "aria-selected": i === current ? "true" : "false", "aria-setsize": shown.length, "aria-posinset": i + 1, onclick: () => go(i) },
      make("span", { class: "sign", title: state, "aria-label": state }, isStale ? "↻" : radpipe.decisions.SIGNS[own]),
      make("span", { class: "names" }, make("bdi", { class: "roi" }, mask.roi), make("bdi", { class: "case" }, `${mask.caseId} · ${radpipe.run.imageWords(mask)}`)),
      mask.flags.length ? make("span", { class: radpipe.run.severe(mask.number) ? "mark severe" : "mark" }, `⚑ ${mask.flags.length}`) : null);
    node.style.top = `${i * HEIGHT}px`;
    return node;
  }

  /** Show the mask at a place of the list. */
  function go(place) {
    if (!shown.length) { choose(null); return; }
    current = Math.min(Math.max(place, 0), shown.length - 1);
    const list = byId("list");
    const top = current * HEIGHT;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + HEIGHT > list.scrollTop + list.clientHeight) list.scrollTop = top + HEIGHT - list.clientHeight;
    paint();
    choose(shown[current]);
  }

  const number = () => (shown.length ? shown[current] : null);

  /** Place of the next mask without a verdict behind a place, from the top again when there is none; -1: all are done. */
  function nextOpen(from) {
    for (const wantedState of ["todo", "later"]) {
      for (let step = 1; step <= shown.length; step += 1) {
        const place = (from + step) % shown.length;
        if (radpipe.decisions.own(shown[place], radpipe.reviewer()) === wantedState) return place;
      }
    }
    return -1;
  }

  /** Show a mask, whatever the filters say. */
  function goTo(mask) {
    if (!shown.includes(mask)) {
      for (const id of ["find", "by-roi"]) byId(id).value = "";
      byId("by-state").value = "all";
      refresh();
    }
    go(shown.indexOf(mask));
  }

  return { open, refresh, paint, go, goTo, number, nextOpen, place: () => current, shown: () => shown };
})();
