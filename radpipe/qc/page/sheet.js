// Contact sheet: one slice of many masks; those without a flag that were seen may be accepted together.
"use strict";
radpipe.sheet = (() => {
  const { byId, make } = radpipe;
  const A_PAGE = 24;
  let page = 0;
  let open = false;
  let masks = [];
  const seen = new Set();
  let watcher = null;
  let jump = () => {};

  const here = () => masks.slice(page * A_PAGE, (page + 1) * A_PAGE);
  const acceptable = () => here().filter((mask) => seen.has(mask) && !radpipe.run.flagged(mask) && !radpipe.decisions.isStale(mask) && radpipe.decisions.own(mask, radpipe.reviewer()) === "todo");

  /** Show or leave the sheet of the masks that the list shows. */
  function toggle(chooser) {
    jump = chooser;
    open = !open;
    byId("sheet").hidden = !open;
    byId("work").hidden = open;
    if (!open) { radpipe.list.paint(); return; }
    masks = [...radpipe.list.shown()];
    page = Math.max(Math.floor(radpipe.list.place() / A_PAGE), 0);
    show();
    byId("sheet-close").focus();
  }

  function show() {
    seen.clear();
    watcher?.disconnect();
    watcher = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting && entry.target.dataset.drawn) { seen.add(Number(entry.target.dataset.mask)); words(); }
      }
    }, { threshold: 0.75 });
    byId("sheet-grid").replaceChildren(...here().map(card));
    window.scrollTo(0, 0);
    words();
  }

  function card(number) {
    const mask = radpipe.run.mask(number);
    const own = radpipe.decisions.own(number, radpipe.reviewer());
    const node = make("button", { type: "button", class: `card ${own}${mask.flags.length ? " flagged" : ""}`, "data-mask": number, onclick: () => { toggle(jump); jump(number); } },
      make("span", { class: "hold" }, "…"),
      make("span", { class: "names" }, make("bdi", { class: "roi" }, mask.roi), make("bdi", { class: "case" }, mask.caseId)),
      make("span", { class: "sign" }, `${radpipe.decisions.SIGNS[own]} ${radpipe.decisions.WORDS[own]}${mask.flags.length ? ` ⚑ ${mask.flags.length}` : ""}`));
    radpipe.pictures(mask.file).then((data) => {
      const which = data ? data.rois.findIndex((roi) => roi.roi === mask.roi) : -1;
      const hold = node.querySelector(".hold");
      if (which < 0) { hold.textContent = "no picture"; return; }
      const pictures = data.rois[which];
      const main = pictures.tiles.find((tile) => tile.axis === 0 && tile.index === pictures.main);
      hold.replaceChildren(radpipe.draw.tile(data, which, main, { bare: true, words: `${main.index + 1}` }));
      node.dataset.drawn = "1";
      watcher.observe(node);
    });
    return node;
  }

  function words() {
    const pages = Math.max(Math.ceil(masks.length / A_PAGE), 1);
    byId("sheet-words").textContent = `Page ${page + 1} of ${pages}: ${here().length} of ${masks.length} masks, by the filters of the list`;
    byId("sheet-before").disabled = page === 0;
    byId("sheet-after").disabled = page + 1 >= pages;
    const ready = acceptable().length;
    byId("sheet-accept").disabled = !ready;
    byId("sheet-accept").replaceChildren(`Accept the ${ready} seen without a flag, per protocol `, make("kbd", {}, "A"));
  }

  function turn(step) {
    const pages = Math.ceil(masks.length / A_PAGE);
    if (page + step < 0 || page + step >= pages) return;
    page += step;
    show();
  }

  /** Accept what was seen on this page and has no flag; the record says "sheet". */
  function accept() {
    if (!radpipe.named()) return;
    const chosen = acceptable();
    for (const mask of chosen) radpipe.decisions.decide(mask, "per_protocol", { reviewer: radpipe.reviewer(), role: radpipe.role(), seen: "sheet" });
    if (chosen.length) radpipe.changed();
    byId("sheet-grid").replaceChildren(...here().map(card));
    words();
  }

  function start() {
    byId("sheet-before").addEventListener("click", () => turn(-1));
    byId("sheet-after").addEventListener("click", () => turn(1));
    byId("sheet-accept").addEventListener("click", accept);
    byId("sheet-close").addEventListener("click", () => toggle(jump));
  }

  return { start, toggle, turn, accept, isOpen: () => open };
})();
