// The pictures of one mask: a slice large, the other planes and the whole slice beside it, all slices below.
"use strict";
radpipe.stage = (() => {
  const { byId, make } = radpipe;
  let mask = null;
  let data = null;
  let which = -1;
  let at = 0; // place among the tiles of the first axis
  let comparing = false;
  let asked = 0;

  const pictures = () => data.rois[which];
  const slices = () => pictures().tiles.filter((tile) => tile.axis === 0);

  /** Show a mask; its pictures come from their file, of the next ones too. */
  async function show(number, coming) {
    asked += 1;
    const ticket = asked;
    mask = radpipe.run.mask(number);
    if (!radpipe.ready(mask.file)) { data = null; clear("…"); }
    const content = mask.file ? await radpipe.pictures(mask.file) : null;
    if (ticket !== asked) return; // another mask was asked for meanwhile
    data = content;
    which = data ? data.rois.findIndex((roi) => roi.roi === mask.roi) : -1;
    radpipe.draw.look.window = 0;
    if (which < 0) { clear(mask.fault || "There is no picture of this mask."); banner(); return; }
    at = slices().findIndex((tile) => tile.index === pictures().main);
    paint();
    setTimeout(() => { for (const next of coming) if (radpipe.run.mask(next).file) radpipe.pictures(radpipe.run.mask(next).file); }, 0);
  }

  function clear(words) {
    byId("main-view").replaceChildren(make("p", { class: "hold" }, words));
    for (const id of ["side-views", "strip", "window-words", "other-view"]) byId(id).replaceChildren();
  }

  function banner() {
    const words = [];
    if (mask.fault && which >= 0) words.push(mask.fault);
    if (radpipe.decisions.isStale(mask.number)) words.push("A decision of a file was made on another mask of this name: it is not applied. Please decide again.");
    byId("banner").hidden = !words.length;
    byId("banner").textContent = words.join(" ");
  }

  function paint() {
    if (!data || which < 0) return;
    banner();
    const tiles = slices();
    const tile = tiles[at];
    const look = radpipe.draw.look;
    byId("main-view").replaceChildren(radpipe.draw.tile(data, which, tile, { tight: look.tight, title: title(tile), reason: reason(tile) }));
    sides();
    strip(tiles);
    const names = radpipe.draw.neighbours(data, which, tile);
    const windows = pictures().windows;
    byId("window-words").title = names.join(", ");
    byId("window-words").textContent = `${windows[Math.min(look.window, windows.length - 1)]}${names.length ? ` · dashed: ${names.slice(0, 6).join(", ")}${names.length > 6 ? ` and ${names.length - 6} more` : ""}` : ""}`;
    for (const [id, on] of [["outline", look.outline], ["pixels", look.pixels], ["compare", comparing]]) byId(id).setAttribute("aria-pressed", String(on));
    byId("window").disabled = windows.length < 2;
    compared();
  }

  const title = (tile) => `${mask.roi} of ${mask.caseId}, ${radpipe.draw.place(data, tile)}${mask.flags.length ? `; flags: ${mask.flags.map(([code]) => code).join(", ")}` : "; no flag"}`;

  const reason = (tile) => {
    const fewer = slices().filter((one) => !/below or above/.test(one.reason)).length;
    const partly = fewer < pictures().slices ? ` · ${fewer} of its ${pictures().slices} slices are stored` : "";
    return `${tile.reason || "between"}${tile.reduced > 1 ? ` · ${tile.reduced} × ${tile.reduced} voxels a pixel` : ""}${partly}`;
  };

  function sides() {
    const others = pictures().tiles.filter((tile) => tile.axis !== 0).map((tile) => make("div", { class: "view" }, radpipe.draw.tile(data, which, tile, {})));
    const frame = slices()[at].box;
    const look = radpipe.draw.look;
    const was = look.window;
    look.window = 0;
    const whole = make("div", { class: "view" }, radpipe.draw.tile(data, which, pictures().overview, { frame, bare: true, words: "whole slice" }));
    look.window = was;
    byId("side-views").replaceChildren(...others, whole);
  }

  function strip(tiles) {
    byId("strip").replaceChildren(...tiles.map((tile, i) => {
      const node = make("button", { type: "button", class: i === at ? "thumb now" : "thumb", "aria-label": `slice ${tile.index + 1}${tile.reason ? `, ${tile.reason}` : ""}`, "aria-pressed": String(i === at), onclick: () => { at = i; paint(); } });
      node.append(radpipe.draw.tile(data, which, tile, { bare: true, words: `${tile.index + 1}` }));
      return node;
    }));
    byId("strip").children[at]?.scrollIntoView({ block: "nearest", inline: "center" });
  }

  /** The mask in the middle of the cohort, beside this one. */
  async function compared() {
    const view = byId("other-view");
    view.hidden = !comparing;
    byId("views").classList.toggle("two", comparing);
    if (!comparing) { view.replaceChildren(); return; }
    const ticket = asked;
    const other = radpipe.run.mask(mask.middle);
    const content = other.file ? await radpipe.pictures(other.file) : null;
    if (ticket !== asked || !comparing) return;
    const place = content ? content.rois.findIndex((roi) => roi.roi === other.roi) : -1;
    if (place < 0) { view.replaceChildren(make("p", { class: "hold" }, "no picture of the median case")); return; }
    const main = content.rois[place].tiles.find((tile) => tile.axis === 0 && tile.index === content.rois[place].main);
    const words = other.number === mask.number ? "this is the median case" : `median case of ${other.roi}: ${other.caseId}`;
    view.replaceChildren(radpipe.draw.tile(content, place, main, { tight: radpipe.draw.look.tight, reason: words }));
  }

  /** Go to another stored slice. */
  function step(by) {
    if (!data || which < 0) return;
    at = Math.min(Math.max(at + by, 0), slices().length - 1);
    paint();
  }

  function change(name) {
    const look = radpipe.draw.look;
    if (name === "window") { if (data && which >= 0) look.window = (look.window + 1) % pictures().windows.length; }
    else if (name === "compare") comparing = !comparing;
    else look[name] = !look[name];
    paint();
  }

  function start() {
    for (const [id, name] of [["outline", "outline"], ["window", "window"], ["zoom", "tight"], ["pixels", "pixels"], ["compare", "compare"]]) byId(id).addEventListener("click", () => change(name));
    const grays = () => radpipe.draw.grays(Number(byId("level").value), Number(byId("width").value));
    for (const id of ["level", "width"]) byId(id).addEventListener("input", grays);
    byId("window-reset").addEventListener("click", () => { byId("level").value = 0; byId("width").value = 100; grays(); });
    grays();
    byId("main-view").addEventListener("wheel", (event) => { event.preventDefault(); step(Math.sign(event.deltaY)); }, { passive: false });
  }

  return { start, show, step, change, paint, clear };
})();
