// What the index says of the run: masks by number, their names, flags and numbers.
"use strict";
radpipe.run = (() => {
  const index = () => radpipe.content("index");

  /** One mask as an object. */
  function mask(number) {
    const data = index();
    const [caseId, imageId, modality] = data.images[data.masks.image[number]];
    return {
      number, caseId, imageId, modality,
      roi: data.rois[data.masks.roi[number]],
      sha: data.masks.sha[number],
      file: data.files[data.masks.file[number]] || "",
      rows: data.masks.rows[number].map(([config, key]) => ({ config: data.configs[config], key: data.keys[key] })),
      flags: data.flags[number] || [],
      warnings: data.warnings[number] || [],
      remarks: data.remarks[number] || "",
      fault: data.faults[number] || "",
      unit: data.units[data.masks.image[number]],
      middle: data.masks.middle[number],
    };
  }

  /** What tells images of a case apart on a narrow line: a UID would fill it. */
  const imageWords = (mask) => (mask.imageId.length > 20 ? `${mask.modality} …${mask.imageId.slice(-4)}` : mask.imageId);

  const sorted = new Map();
  const flagged = (number) => number in index().flags;
  const severe = (number) => (index().flags[number] || []).some(([code]) => code === index().severe);
  const value = (measure, number) => index().values[measure][number];

  let grouped = null;

  /** Masks of each ROI name and modality; gathered once. */
  function groups() {
    if (grouped) return grouped;
    grouped = new Map();
    const data = index();
    data.masks.roi.forEach((roi, number) => {
      const name = `${roi} ${data.images[data.masks.image[number]][2]}`;
      if (!grouped.has(name)) grouped.set(name, []);
      grouped.get(name).push(number);
    });
    return grouped;
  }

  /** All values of a measure over the masks of the same ROI name and modality, sorted. */
  function cohort(measure, number) {
    const data = index();
    const roi = data.masks.roi[number];
    const modality = data.images[data.masks.image[number]][2];
    const name = `${measure} ${roi} ${modality}`;
    if (sorted.has(name)) return sorted.get(name);
    const values = (groups().get(`${roi} ${modality}`) || []).map((other) => data.values[measure][other]).filter((found) => found !== null);
    values.sort((a, b) => a - b);
    sorted.set(name, values);
    return values;
  }

  const quantile = (sorted, share) => {
    const place = share * (sorted.length - 1);
    const low = Math.floor(place);
    return sorted[low] + (place - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
  };

  const told = (number) => number === null || number === undefined ? "–"
    : (Math.abs(number) >= 1000 ? Math.round(number).toString() : Number(number.toPrecision(3)).toString()).replace(/^-/, "−");

  return { index, mask, flagged, severe, value, cohort, quantile, told, imageWords };
})();
