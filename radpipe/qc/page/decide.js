// Decisions: made here, kept in this browser under the run's digest at every key, saved to a file, loaded and merged.
"use strict";
radpipe.decisions = (() => {
  const WORST = ["per_protocol", "variation", "exclude"];
  const WORDS = { per_protocol: "per protocol", variation: "acceptable variation", exclude: "excluded", later: "later", todo: "to do" };
  const SIGNS = { per_protocol: "✓", variation: "≈", exclude: "✕", later: "◷", todo: "○" };
  const served = location.protocol.startsWith("http");
  const records = []; // {id, mask, verdict, reason, note, reviewer, role, seen, seconds, at, loaded, sent}
  const byMask = new Map();
  const later = new Set();
  const stale = []; // lines of a file whose mask is another one now
  let unknown = 0;
  let next = 0;
  let savedUpTo = 0;
  let stored = true;

  const run = () => radpipe.run.index();
  const prefix = () => `radpipe.qc.${run().digest}.`;

  function keep(name, value) {
    try { localStorage.setItem(prefix() + name, value); } catch (fault) { stored = false; }
  }
  const drop = (name) => { try { localStorage.removeItem(prefix() + name); } catch (fault) { stored = false; } };
  const read = (name) => { try { return localStorage.getItem(prefix() + name); } catch (fault) { stored = false; return null; } };

  function place(record) {
    records.push(record);
    const list = byMask.get(record.mask) || [];
    list.push(record);
    byMask.set(record.mask, list);
  }

  /** Read what this browser kept of this run. */
  function open() {
    savedUpTo = Number(read("saved") || 0);
    for (const number of JSON.parse(read("later") || "[]")) later.add(number);
    const found = [];
    try {
      for (let i = 0; i < localStorage.length; i += 1) {
        const key = localStorage.key(i);
        if (key.startsWith(`${prefix()}d`)) found.push(JSON.parse(localStorage.getItem(key)));
      }
    } catch (fault) { stored = false; }
    found.sort((a, b) => a.id - b.id);
    for (const record of found) { place(record); next = Math.max(next, record.id + 1); }
  }

  /** Take over what another window of this page decided. */
  window.addEventListener("storage", (event) => {
    if (!event.key || !event.key.startsWith(prefix())) return;
    const name = event.key.slice(prefix().length);
    if (name === "saved") savedUpTo = Number(event.newValue || 0);
    else if (name.startsWith("d")) {
      const old = records.find((record) => `d${record.id}` === name);
      if (event.newValue === null && old) {
        records.splice(records.indexOf(old), 1);
        byMask.set(old.mask, byMask.get(old.mask).filter((record) => record !== old));
      } else if (event.newValue !== null && old) Object.assign(old, JSON.parse(event.newValue));
      else if (event.newValue !== null) { const record = JSON.parse(event.newValue); place(record); next = Math.max(next, record.id + 1); }
    }
    radpipe.changed?.();
  });

  function add(record) {
    next = Math.max(next, Date.now()); // two windows of one page must not give one number to two decisions
    const whole = { id: next, loaded: false, ...record };
    next += 1;
    place(whole);
    later.delete(whole.mask);
    keep(`d${whole.id}`, JSON.stringify(whole));
    keep("later", JSON.stringify([...later]));
    return whole;
  }

  /** Decide on a mask. */
  function decide(mask, verdict, { reason = "", note = "", reviewer, role = "", seen = "single", seconds = 0 }) {
    const record = add({ mask, verdict, reason, note, reviewer, role, seen, seconds: Math.round(seconds * 10) / 10, at: new Date().toISOString().replace(/\.\d+Z$/, "Z") });
    if (served) send([record]);
    return record;
  }

  function putOff(mask) { later.add(mask); keep("later", JSON.stringify([...later])); }

  /** Take back the last decision made here that stands in no file yet; returns its mask, or null. */
  function undo(reviewer) {
    const last = records.findLast((record) => !record.loaded && record.reviewer === reviewer);
    if (!last) return null;
    if (last.id < savedUpTo || last.sent) return { mask: last.mask, kept: true };
    records.splice(records.indexOf(last), 1);
    byMask.set(last.mask, byMask.get(last.mask).filter((record) => record !== last));
    drop(`d${last.id}`);
    return { mask: last.mask, kept: false };
  }

  const newest = (list) => list.reduce((a, b) => (b.at >= a.at ? b : a));

  /** The latest decision of each reviewer on a mask. */
  function standing(mask) {
    const latest = new Map();
    for (const record of byMask.get(mask) || []) {
      const key = `${record.role}\n${record.reviewer}`;
      const other = latest.get(key);
      latest.set(key, other ? newest([other, record]) : record);
    }
    return [...latest.values()];
  }

  /** What counts for a mask: an adjudication, else the worst verdict. */
  function verdict(mask) {
    const all = standing(mask);
    const above = all.filter((record) => record.role === "adjudication");
    if (above.length) return newest(above).verdict;
    return all.reduce((worst, record) => (WORST.indexOf(record.verdict) > WORST.indexOf(worst) ? record.verdict : worst), "");
  }

  /** What this reviewer said of a mask: a verdict, "later" or "todo". */
  function own(mask, reviewer) {
    const mine = (byMask.get(mask) || []).filter((record) => record.reviewer === reviewer);
    return mine.length ? newest(mine).verdict : later.has(mask) ? "later" : "todo";
  }

  /** The line of the decision file for a record; it counts for every configuration that measured the same mask. */
  function line(record) {
    const mask = radpipe.run.mask(record.mask);
    const row = mask.rows[0];
    return JSON.stringify({
      case_id: mask.caseId, image_id: mask.imageId, roi: mask.roi, config: row.config, task_key: row.key,
      mask_sha256: mask.sha, verdict: record.verdict, reason: record.reason, note: record.note,
      reviewer: record.reviewer, role: record.role || "reviewer", seen: record.seen,
      flags: record.flags ?? mask.flags.map(([code]) => code).join(";"), seconds: record.seconds,
      decided_at: record.at, page_digest: record.page ?? run().digest, radpipe: record.radpipe ?? run().radpipe,
    });
  }

  const text = () => records.map((record) => `${line(record)}\n`).join("");

  /** Number of decisions that stand in no file. */
  const unsaved = () => records.filter((record) => !record.loaded && !record.sent && record.id >= savedUpTo).length;

  /** Write all decisions to a file, by a download. */
  function save() {
    const url = URL.createObjectURL(new Blob([text()], { type: "application/x-ndjson" }));
    const link = radpipe.make("a", { href: url, download: `decisions-${run().digest.slice(0, 8)}.jsonl` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
    savedUpTo = next;
    keep("saved", String(savedUpTo));
  }

  const rowKey = (line) => JSON.stringify([line.case_id, line.image_id, line.roi]);
  const sameLine = (a, b) => ["mask", "verdict", "reason", "note", "reviewer", "role", "at"].every((name) => (a[name] || "") === (b[name] || ""));

  /** Merge the lines of a file; returns how many were new, known, of other masks now, of no row here, and unreadable. */
  function merge(content, fromFile = true) {
    const places = new Map();
    const data = run();
    data.masks.roi.forEach((_, number) => {
      const [caseId, imageId] = data.images[data.masks.image[number]];
      const key = rowKey({ case_id: caseId, image_id: imageId, roi: data.rois[data.masks.roi[number]] });
      places.set(key, [...(places.get(key) || []), number]);
    });
    const account = { added: 0, known: 0, stale: 0, unknown: 0, damaged: 0 };
    for (const words of content.split("\n")) {
      if (!words.trim()) continue;
      let line;
      try { line = JSON.parse(words); } catch (fault) { account.damaged += 1; continue; }
      if (typeof line !== "object" || line === null || !WORST.includes(line.verdict)) { account.damaged += 1; continue; }
      const there = places.get(rowKey(line));
      if (there === undefined) { account.unknown += 1; continue; }
      const number = there.find((one) => data.masks.sha[one] === line.mask_sha256) ?? there[0];
      if (line.mask_sha256 !== data.masks.sha[number]) { account.stale += 1; stale.push({ mask: number, verdict: line.verdict, reviewer: String(line.reviewer || "") }); continue; }
      const record = {
        mask: number, verdict: line.verdict, reason: String(line.reason || ""), note: String(line.note || ""),
        reviewer: String(line.reviewer || ""), role: line.role === "adjudication" ? "adjudication" : "",
        seen: line.seen === "sheet" ? "sheet" : "single", seconds: Number(line.seconds) || 0, at: String(line.decided_at || ""),
        flags: String(line.flags || ""), page: String(line.page_digest || ""), radpipe: String(line.radpipe || ""), loaded: fromFile,
      };
      if ((byMask.get(number) || []).some((other) => sameLine(other, record))) { account.known += 1; continue; }
      add(record);
      account.added += 1;
    }
    unknown += account.unknown;
    return account;
  }

  /** Hand decisions to radpipe qc serve, which appends them to its file. */
  async function send(some) {
    try {
      const answer = await fetch("decisions", { method: "POST", headers: { "Content-Type": "application/x-ndjson" }, body: some.map((record) => `${line(record)}\n`).join("") });
      if (!answer.ok) throw new Error(await answer.text());
      for (const record of some) { record.sent = true; keep(`d${record.id}`, JSON.stringify(record)); }
    } catch (fault) { lastFault = String(fault.message || fault); }
    radpipe.changed?.();
  }
  let lastFault = "";

  /** Bring what the server's file holds, and send what it lacks. */
  async function meet() {
    if (!served) return;
    const answer = await fetch("decisions");
    if (answer.ok) merge(await answer.text());
    const open = records.filter((record) => !record.loaded && !record.sent);
    if (open.length) await send(open);
    radpipe.changed?.();
  }

  /** Say in words whether work is saved. */
  function saying() {
    const open = unsaved();
    if (!stored) return `${open} decisions are kept by this page only: this browser lets it store nothing. Save them to a file.`;
    if (served) return open ? `${open} decisions could not be saved: ${lastFault || "the server does not answer"}` : "all decisions are saved in the run's folder";
    if (!open) return records.length ? "all decisions are saved to a file" : "no decision yet";
    return `${open} ${open === 1 ? "decision" : "decisions"} not yet saved to a file`;
  }

  const isStale = (mask) => stale.some((line) => line.mask === mask) && !verdict(mask);
  return { WORDS, SIGNS, open, decide, putOff, undo, standing, verdict, own, unsaved, save, merge, meet, saying, text, isStale, served, count: () => records.length, resend: () => send(records.filter((record) => !record.loaded && !record.sent)) };
})();
