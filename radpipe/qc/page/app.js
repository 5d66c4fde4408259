// Keys, buttons and what hangs together.
"use strict";
(() => {
  const { byId, make } = radpipe;
  const decisions = radpipe.decisions;
  let shown = null; // the mask that is seen, whose decision is written
  let began = 0;
  let spent = 0;
  const paces = [];

  const remembered = (name) => { try { return localStorage.getItem(`radpipe.qc.${name}`); } catch (fault) { return null; } };
  const remember = (name, value) => { try { localStorage.setItem(`radpipe.qc.${name}`, value); } catch (fault) { /* nothing is remembered then */ } };

  radpipe.reviewer = () => byId("reviewer").value.trim();
  radpipe.role = () => (byId("adjudicator").checked ? "adjudication" : "");
  radpipe.changed = () => { progress(); radpipe.list.paint(); if (shown !== null) panel(); };

  /** Whether the reviewer said who decides; else asks. */
  radpipe.named = () => {
    if (radpipe.reviewer()) return true;
    say("Please say first who you are: your name stands with each decision.");
    byId("reviewer").focus();
    return false;
  };

  const say = (words) => { byId("saved").textContent = words; };

  function progress() {
    const reviewer = radpipe.reviewer();
    const all = radpipe.run.index().masks.roi.length;
    const counts = { per_protocol: 0, variation: 0, exclude: 0, later: 0, todo: 0 };
    for (let mask = 0; mask < all; mask += 1) counts[decisions.own(mask, reviewer)] += 1;
    const done = counts.per_protocol + counts.variation + counts.exclude;
    const pace = paces.length ? ` · ${(paces.reduce((a, b) => a + b, 0) / paces.length).toFixed(0)} s each` : "";
    byId("progress").textContent = `${done} of ${all} decided · ${counts.variation} variation · ${counts.exclude} excluded · ${counts.later} later${pace}`;
    say(decisions.saying());
    byId("save").disabled = !decisions.count();
  }

  // --- the clock: seconds that a mask was looked at, not those of a pause or of another window
  const tick = () => { if (began) { spent += (performance.now() - began) / 1000; began = 0; } };
  const run = () => { if (!began && !document.hidden && !byId("resting").open) began = performance.now(); };
  document.addEventListener("visibilitychange", () => (document.hidden ? tick() : run()));

  function pause() {
    const dialog = byId("resting");
    if (dialog.open) { dialog.close(); return; }
    tick();
    dialog.showModal();
  }
  byId("resting").addEventListener("close", run);

  function show(mask) {
    shown = mask;
    spent = 0;
    began = 0;
    byId("note").value = "";
    if (mask === null) { radpipe.stage.clear("No mask meets the filters."); byId("panel").classList.add("empty"); return; }
    byId("panel").classList.remove("empty");
    run();
    const list = radpipe.list.shown();
    const place = radpipe.list.place();
    radpipe.stage.show(mask, list.slice(place + 1, place + 4));
    panel();
  }

  function panel() {
    const mask = radpipe.run.mask(shown);
    byId("title").replaceChildren(make("bdi", {}, mask.roi));
    byId("where").replaceChildren(make("bdi", {}, mask.caseId), " · ", make("bdi", { title: mask.imageId }, radpipe.run.imageWords(mask)), ` · ${mask.modality} · ${[...new Set(mask.rows.map((row) => row.config))].join(", ")}`);
    const own = decisions.own(shown, radpipe.reviewer());
    for (const verdict of ["per_protocol", "variation", "exclude", "later"]) byId(`v-${verdict}`).setAttribute("aria-pressed", String(own === verdict));
    state(own);
    const flags = mask.flags.map(([code, sentence]) => make("li", {}, make("strong", {}, code), sentence ? `: ${sentence}` : ""));
    const none = radpipe.run.index().flagged ? "No rule says anything of this mask." : "This run has no table of flags.";
    byId("flags").replaceChildren(mask.flags.length ? make("ul", {}, ...flags) : make("p", { class: "quiet" }, radpipe.run.index().sample.includes(shown) ? `${none} It is in the random sample that tells what flags miss.` : none));
    radpipe.numbers.show(mask);
    byId("remarks").replaceChildren(...(mask.remarks ? [make("h3", {}, "Told, no flag"), make("p", {}, mask.remarks)] : []), ...(mask.warnings.length ? [make("h3", {}, "Warnings of the row"), make("ul", {}, ...mask.warnings.map((words) => make("li", {}, words)))] : []));
  }

  function state(own) {
    const standing = decisions.standing(shown).filter((record) => record.reviewer !== radpipe.reviewer());
    const words = own === "todo" ? "" : `${decisions.SIGNS[own]} ${decisions.WORDS[own]}`;
    const mine = decisions.standing(shown).find((record) => record.reviewer === radpipe.reviewer());
    byId("state").className = own;
    byId("state").textContent = words + (mine && own !== "later" && (mine.reason || mine.note) ? ` (${[sentence(mine.reason), mine.note].filter(Boolean).join(": ")})` : "");
    byId("others").replaceChildren(...others(standing, own));
  }

  /** What others said: told to those who decided or adjudicate, so that reviewers stay independent. */
  function others(standing, own) {
    if (!standing.length) return [];
    const head = make("h3", {}, "Other reviewers");
    if (!radpipe.role() && (own === "todo" || own === "later")) return [head, make("p", {}, `${standing.length} decided; shown after your own verdict, or to an adjudicator (in Help).`)];
    const lines = standing.map((record) => make("li", {}, make("bdi", {}, record.reviewer), `${record.role ? " (adjudication)" : ""}: ${decisions.WORDS[record.verdict]}${record.reason ? `, ${sentence(record.reason)}` : ""}${record.note ? `: ${record.note}` : ""}`));
    return [head, make("ul", {}, ...lines)];
  }

  const sentence = (code) => (radpipe.run.index().reasons.find(([name]) => name === code) || ["", code])[1];

  // --- deciding
  let wanted = "";
  let reason = "";

  function verdict(which) {
    if (shown === null || !radpipe.named()) return;
    if (which === "later") { decisions.putOff(shown); onward(); return; }
    if (which === "per_protocol") { written(which, "", byId("note").value.trim()); return; }
    wanted = which;
    reason = "";
    byId("why-title").textContent = which === "exclude" ? "Exclude: why?" : "Acceptable variation: why?";
    byId("why-note").value = byId("note").value;
    byId("why-fault").textContent = "";
    paintReasons();
    byId("why").showModal();
    byId("reasons").firstChild.focus();
  }

  const LETTERS = "123456789abcdefgh";

  function paintReasons() {
    byId("reasons").replaceChildren(...radpipe.run.index().reasons.map(([code, words], i) => make("button", { type: "button", "aria-pressed": String(code === reason), "data-code": code, onclick: () => choose(code) }, make("kbd", {}, LETTERS[i]), ` ${words}`)));
  }

  /** Choose a reason; all but "other", which needs a note, end the question. */
  function choose(code) {
    reason = code;
    paintReasons();
    if (code === "other" && !byId("why-note").value.trim()) { byId("why-fault").textContent = "Please write what it is."; byId("why-note").focus(); return; }
    finish();
  }

  function finish() {
    const note = byId("why-note").value.trim();
    if (!reason) { byId("why-fault").textContent = "Please choose a reason."; return; }
    if (reason === "other" && !note) { byId("why-fault").textContent = "Please write what it is."; byId("why-note").focus(); return; }
    byId("why").close();
    written(wanted, reason, note);
  }

  function written(which, why, note) {
    tick();
    decisions.decide(shown, which, { reason: why, note, reviewer: radpipe.reviewer(), role: radpipe.role(), seconds: spent });
    paces.push(spent);
    onward();
  }

  /** The next mask without a verdict comes by itself. */
  function onward() {
    progress();
    const place = radpipe.list.nextOpen(radpipe.list.place());
    if (place < 0 || radpipe.list.shown()[place] === shown) { radpipe.list.paint(); panel(); if (place < 0) say(`All masks of this list have a verdict; ${decisions.saying()}.`); return; }
    radpipe.list.go(place);
  }

  function undo() {
    const last = decisions.undo(radpipe.reviewer());
    progress();
    if (!last) { say("There is no decision of yours to take back."); return; }
    radpipe.list.goTo(last.mask);
    if (last.kept) say("This decision is in a file already: decide again, your later line counts.");
  }

  // --- files
  async function load(files) {
    const sum = { added: 0, known: 0, stale: 0, unknown: 0, damaged: 0 };
    for (const file of files) {
      const account = decisions.merge(await file.text());
      for (const name of Object.keys(sum)) sum[name] += account[name];
    }
    radpipe.list.refresh();
    radpipe.changed();
    const parts = [[sum.added, "decisions taken over"], [sum.known, "known already"], [sum.stale, "of another mask: not applied, to be taken again"], [sum.unknown, "of no row of this run"], [sum.damaged, "lines that cannot be read"]];
    say(`${parts.filter(([count], i) => count || !i).map(([count, words]) => `${count} ${words}`).join("; ")}. ${decisions.saying()}`);
  }

  window.addEventListener("beforeunload", (event) => { if (decisions.unsaved()) event.preventDefault(); });

  // --- keys
  const KEYS = [
    [["j", "ArrowDown", "ArrowRight"], "next mask", () => radpipe.list.go(radpipe.list.place() + 1)],
    [["k", "ArrowUp", "ArrowLeft"], "mask before", () => radpipe.list.go(radpipe.list.place() - 1)],
    [["1"], "per protocol", () => verdict("per_protocol")],
    [["2"], "acceptable variation, with a reason", () => verdict("variation")],
    [["3"], "exclude, with a reason", () => verdict("exclude")],
    [["0"], "later: stays to do", () => verdict("later")],
    [["u"], "undo the last decision", undo],
    [["n"], "write a note", () => byId("note").focus()],
    [["o"], "outline on or off", () => radpipe.stage.change("outline")],
    [["w"], "other window (bone, lung)", () => radpipe.stage.change("window")],
    [["z"], "zoom to the mask or back", () => radpipe.stage.change("tight")],
    [["x"], "pixels as they are, or smooth", () => radpipe.stage.change("pixels")],
    [["["], "slice before", () => radpipe.stage.step(-1)],
    [["]"], "next slice", () => radpipe.stage.step(1)],
    [["c"], "compare with the median case", () => radpipe.stage.change("compare")],
    [["g"], "contact sheet of the list", () => radpipe.sheet.toggle(radpipe.list.goTo)],
    [["s"], "save to a file", () => byId("save").click()],
    [["f"], "find", () => byId("find").focus()],
    [["p"], "pause", pause],
    [["?"], "these keys", () => byId("help").showModal()],
  ];
  const SHEET = { g: () => radpipe.sheet.toggle(radpipe.list.goTo), a: () => radpipe.sheet.accept(), j: () => radpipe.sheet.turn(1), k: () => radpipe.sheet.turn(-1), PageDown: () => radpipe.sheet.turn(1), PageUp: () => radpipe.sheet.turn(-1), "?": () => byId("help").showModal() };

  const typing = (node) => node.closest?.("input:not([type=checkbox]):not([type=range]), textarea, select") !== null && node.closest !== undefined;

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (typing(event.target)) { if (key === "Escape" && !byId("why").open) { event.target.blur(); byId("list").focus(); } else if (byId("why").open) inQuestion(event, key); return; }
    if (byId("why").open) { inQuestion(event, key); return; }
    if (byId("resting").open) { if (key === "p" && byId("keys-on").checked) { event.preventDefault(); pause(); } return; }
    if (byId("help").open) return;
    if (key.length === 1 && !byId("keys-on").checked) return;
    if (event.target.type === "range" && key.startsWith("Arrow")) return;
    const action = radpipe.sheet.isOpen() ? SHEET[key] : (KEYS.find(([names]) => names.includes(key)) || [])[2];
    if (action) { event.preventDefault(); action(); }
  }

  function inQuestion(event, key) {
    if (key === "Enter" && event.target.tagName !== "BUTTON" && !event.shiftKey) { event.preventDefault(); finish(); return; }
    if (typing(event.target) || !byId("keys-on").checked) return;
    const buttons = [...byId("reasons").children];
    const place = key.length === 1 ? LETTERS.indexOf(key) : -1;
    if (place >= 0 && place < buttons.length) { event.preventDefault(); choose(buttons[place].dataset.code); return; }
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (step) { event.preventDefault(); buttons[(Math.max(buttons.indexOf(document.activeElement), 0) + step + buttons.length) % buttons.length].focus(); }
  }

  function start() {
    const index = radpipe.run.index();
    if (!index) { byId("stage").textContent = "index.js is not beside this page."; return; }
    radpipe.keepAll();
    document.title = `Review of masks${index.title ? `: ${index.title}` : ""}`;
    byId("reviewer").value = remembered("reviewer") || "";
    byId("theme").value = remembered("theme") || "";
    byId("keys-on").checked = remembered("keys") !== "off";
    document.documentElement.dataset.theme = byId("theme").value;
    decisions.open();
    byId("reviewer").addEventListener("change", () => { remember("reviewer", radpipe.reviewer()); radpipe.list.refresh(); radpipe.changed(); });
    byId("adjudicator").addEventListener("change", () => radpipe.changed());
    byId("theme").addEventListener("change", () => { remember("theme", byId("theme").value); document.documentElement.dataset.theme = byId("theme").value; });
    byId("keys-on").addEventListener("change", () => remember("keys", byId("keys-on").checked ? "on" : "off"));
    for (const which of ["per_protocol", "variation", "exclude", "later"]) byId(`v-${which}`).addEventListener("click", () => verdict(which));
    byId("undo").addEventListener("click", undo);
    byId("save").addEventListener("click", () => { decisions.save(); progress(); });
    byId("load").addEventListener("click", () => byId("file").click());
    byId("file").addEventListener("change", () => { load([...byId("file").files]); byId("file").value = ""; });
    byId("sheet-open").addEventListener("click", () => radpipe.sheet.toggle(radpipe.list.goTo));
    byId("pause").addEventListener("click", pause);
    byId("go-on").addEventListener("click", pause);
    byId("help-open").addEventListener("click", () => byId("help").showModal());
    byId("help-close").addEventListener("click", () => byId("help").close());
    byId("why-done").addEventListener("click", finish);
    byId("why-cancel").addEventListener("click", () => byId("why").close());
    byId("keys").append(...KEYS.flatMap(([names, words]) => [make("dt", {}, ...names.map((name) => make("kbd", {}, { ArrowDown: "↓", ArrowRight: "→", ArrowUp: "↑", ArrowLeft: "←" }[name] || name.toUpperCase()))), make("dd", {}, words)]));
    document.addEventListener("keydown", onKey);
    radpipe.stage.start();
    radpipe.sheet.start();
    radpipe.list.open(show);
    progress();
    const first = decisions.own(radpipe.list.number() ?? -1, radpipe.reviewer()) === "todo" ? 0 : radpipe.list.nextOpen(-1);
    radpipe.list.go(Math.max(first, 0));
    if (decisions.served) { byId("load").hidden = true; decisions.meet(); }
    document.documentElement.dataset.ready = "yes";
  }

  start();
})();
