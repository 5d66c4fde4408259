// Pictures: native pixels enlarged by the page, outlines as vectors over them, letters, slice and a bar of 20 mm.
"use strict";
radpipe.draw = (() => {
  const NS = "http://www.w3.org/2000/svg";
  const look = { outline: true, window: 0, tight: false, pixels: false };

  function svg(tag, attributes, ...children) {
    const node = document.createElementNS(NS, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  /** Where a slice lies, in words. */
  function place(data, tile) {
    const plane = data.planes[tile.axis];
    const mm = (plane.first + tile.index * plane.step).toFixed(1).replace(/^-/, "−");
    return `${plane.name} ${tile.index + 1} of ${plane.count}, ${plane.coordinate} ${mm} mm`;
  }

  /** The part of a plane that an outline fills, in pixels; null where there is none. */
  function extent(path) {
    if (!path) return null;
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const loop of path.matchAll(/M(-?\d+) (-?\d+)([^z]*)z/g)) {
      let [x, y] = [Number(loop[1]), Number(loop[2])];
      left = Math.min(left, x); right = Math.max(right, x); top = Math.min(top, y); bottom = Math.max(bottom, y);
      for (const step of loop[3].matchAll(/([hv])(-?\d+)/g)) {
        if (step[1] === "h") x += Number(step[2]); else y += Number(step[2]);
        left = Math.min(left, x); right = Math.max(right, x); top = Math.min(top, y); bottom = Math.max(bottom, y);
      }
    }
    return [left, top, right, bottom];
  }

  /** What is seen: the whole tile, or what lies within 8 mm of the ROI. */
  function region(data, tile, own, tight) {
    const [x, y, width, height] = tile.box;
    const around = tight ? extent(own) : null;
    if (!around) return [x, y, width, height];
    const [px, py] = data.planes[tile.axis].pixel;
    const left = Math.max(x, around[0] - 8 / px), top = Math.max(y, around[1] - 8 / py);
    return [left, top, Math.min(x + width, around[2] + 8 / px) - left, Math.min(y + height, around[3] + 8 / py) - top];
  }

  /**
   * Draw a tile.
   * @param data pictures of an image
   * @param which number of the ROI in data.rois
   * @param options tight, frame (a box to draw, in pixels), bare (no letters), title
   */
  function tile(data, which, tileOf, options = {}) {
    const plane = data.planes[tileOf.axis];
    const [px, py] = plane.pixel;
    const lines = (data.outlines[tileOf.axis] || {})[tileOf.index] || {};
    const [x, y, width, height] = region(data, tileOf, lines[which], options.tight);
    const [bx, by, bw, bh] = tileOf.box;
    const source = tileOf.jpegs[Math.min(look.window, tileOf.jpegs.length - 1)];
    const image = svg("image", { x: bx, y: by, width: bw, height: bh, preserveAspectRatio: "none", href: `data:image/jpeg;base64,${source}`, filter: "url(#grays)", class: look.pixels ? "hard" : "" });
    const group = svg("g", { transform: `scale(${px} ${py})` }, image);
    if (look.outline) group.append(...outlines(lines, which));
    if (options.frame) {
      const [fx, fy, fw, fh] = options.frame;
      group.append(svg("rect", { x: fx, y: fy, width: fw, height: fh, class: "frame" }));
    }
    const title = options.title || `${data.rois[which].roi}, ${place(data, tileOf)}`;
    const drawing = svg("svg", { viewBox: `${x * px} ${y * py} ${width * px} ${height * py}`, role: "img", "aria-label": title }, group);
    if (!options.bare) drawing.append(...bar(x * px, y * py, width * px, height * py));
    const box = radpipe.make("div", { class: "picture" });
    box.append(drawing);
    if (!options.bare) {
      plane.letters.forEach((letter, i) => box.append(radpipe.make("span", { class: `letter at-${["left", "right", "top", "bottom"][i]}`, "aria-hidden": "true" }, letter)));
    }
    const words = options.words ?? place(data, tileOf);
    box.append(radpipe.make("p", { class: "caption" }, radpipe.make("span", {}, options.reason || ""), radpipe.make("span", { class: "slice", "aria-hidden": "true" }, words)));
    return box;
  }

  /** A line of 20 mm in the lower left corner, with its length. */
  function bar(left, top, width, height) {
    const [x, y, size] = [left + width * 0.03, top + height * 0.975, Math.max(height, width) * 0.032];
    const words = svg("text", { x, y: y - size * 0.5, "font-size": size, class: "bar-words" });
    words.textContent = "20 mm";
    return [svg("path", { d: `M${x} ${y}h20`, class: "bar-under" }), svg("path", { d: `M${x} ${y}h20`, class: "bar" }), words];
  }

  /** Neighbours thin and dashed, the ROI light on a dark halo. */
  function outlines(lines, which) {
    const drawn = [];
    for (const [other, path] of Object.entries(lines)) {
      if (Number(other) !== which) drawn.push(svg("path", { d: path, class: "neighbour" }));
    }
    if (lines[which]) drawn.push(svg("path", { d: lines[which], class: "halo" }), svg("path", { d: lines[which], class: "own" }));
    return drawn;
  }

  /** Names of the other ROIs on a slice. */
  function neighbours(data, which, tileOf) {
    const lines = (data.outlines[tileOf.axis] || {})[tileOf.index] || {};
    return Object.keys(lines).map(Number).filter((other) => other !== which).map((other) => data.rois[other].roi);
  }

  /** Stretch the grays: level moves them by per cent of the range, width 50 to 150 per cent. */
  function grays(level, width) {
    const slope = 100 / width;
    const intercept = 0.5 - slope * (0.5 + level / 100);
    for (const channel of ["r", "g", "b"]) {
      const node = radpipe.byId(`gray-${channel}`);
      node.setAttribute("slope", slope);
      node.setAttribute("intercept", intercept);
    }
  }

  return { tile, place, neighbours, grays, look, svg };
})();
