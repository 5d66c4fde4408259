// Numbers of a mask beside those of the cohort, and where this mask lies in the distribution of one of them.
"use strict";
radpipe.numbers = (() => {
  const { make, byId } = radpipe;
  const FEWEST = 10; // fewer masks of the same name: compared with nothing
  let measure = 0;

  const unitOf = (told, mask) => told.unit || (told.name === "mean" || /percentile$/.test(told.words) ? mask.unit : "");

  /** The table: value, and the cohort's 5th, 50th and 95th percentile. */
  function table(mask) {
    const run = radpipe.run;
    const rows = run.index().measures.map((told, i) => [told, i, run.value(i, mask.number)]).filter(([, , value]) => value !== null);
    const body = make("tbody");
    rows.forEach(([told, i, value]) => {
      const others = run.cohort(i, mask.number);
      const known = others.length >= FEWEST;
      const unit = unitOf(told, mask);
      const button = make("button", { type: "button", class: "measure", "aria-pressed": i === measure ? "true" : "false", onclick: () => { measure = i; show(mask); } }, told.words);
      body.append(make("tr", {}, make("th", { scope: "row" }, button), make("td", { class: "value" }, `${run.told(value)} ${unit}`.trim()),
        ...[0.05, 0.5, 0.95].map((share) => make("td", {}, known ? run.told(run.quantile(others, share)) : "–"))));
    });
    const head = make("thead", {}, make("tr", {}, ...["", "here", "5 %", "median", "95 %"].map((word) => make("th", { scope: "col" }, word))));
    return rows.length ? make("table", {}, make("caption", {}, "This mask and all of its name"), head, body) : make("p", {}, "The run measured none of the numbers that are shown here.");
  }

  /** The distribution of one measure, this mask marked. */
  function chart(mask) {
    const run = radpipe.run;
    const told = run.index().measures[measure];
    const value = run.value(measure, mask.number);
    const others = run.cohort(measure, mask.number);
    if (value === null || others.length < 2) return make("p", { class: "quiet" }, "");
    const log = told.name === "volume" && others[0] > 0;
    const of = (x) => (log ? Math.log(x) : x);
    const [low, high] = [of(others[0]), of(others[others.length - 1])];
    const width = 260, height = 74, base = 52;
    const at = (x) => 8 + (high > low ? (of(x) - low) / (high - low) : 0.5) * (width - 16);
    const drawing = radpipe.draw.svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart", role: "img" });
    const bins = new Array(26).fill(0);
    for (const x of others) bins[Math.min(Math.floor((high > low ? (of(x) - low) / (high - low) : 0.5) * bins.length), bins.length - 1)] += 1;
    const most = Math.max(...bins);
    const step = (width - 16) / bins.length;
    bins.forEach((count, i) => { if (count) drawing.append(radpipe.draw.svg("rect", { x: 8 + i * step + 0.5, y: base - 40 * count / most, width: step - 1, height: 40 * count / most, class: "bin" })); });
    drawing.append(radpipe.draw.svg("path", { d: `M8 ${base}h${width - 16}`, class: "axis" }), radpipe.draw.svg("path", { d: `M${at(value)} 6V${base + 5}`, class: "here" }), radpipe.draw.svg("path", { d: `M${at(value) - 5} 2h10l-5 8z`, class: "tip" }));
    const word = (x, anchor, text, klass = "") => { const node = radpipe.draw.svg("text", { x, y: base + 17, "text-anchor": anchor, class: klass }); node.textContent = text; return node; };
    drawing.append(word(8, "start", run.told(others[0])), word(width - 8, "end", run.told(others[others.length - 1])));
    const below = others.filter((x) => x < value).length;
    const words = `${told.words}: ${run.told(value)} ${unitOf(told, mask)}; ${below} of ${others.length} are smaller${log ? "; logarithmic" : ""}`;
    drawing.setAttribute("aria-label", words);
    return make("figure", {}, drawing, make("figcaption", {}, words));
  }

  function show(mask) {
    byId("numbers").replaceChildren(table(mask));
    byId("chart").replaceChildren(chart(mask));
  }

  return { show };
})();
