// Data comes as scripts that call radpipe.take(name, content): fetch() of a file's neighbour never works.
"use strict";
const radpipe = (() => {
  const KEPT = 48;
  const contents = new Map();
  const waiting = new Map();

  /** Receive the content of a script. */
  function take(name, content) {
    contents.set(name, content);
    const wait = waiting.get(name);
    if (wait) { waiting.delete(name); wait.resolve(content); }
  }

  /** Return the pictures of a file, now or when its script has come; null when it cannot be had. */
  function pictures(name) {
    if (contents.has(name)) {
      const content = contents.get(name);
      if (!inline.has(name)) { contents.delete(name); contents.set(name, content); } // the latest used is the last to go
      return Promise.resolve(content);
    }
    if (waiting.has(name)) return waiting.get(name).promise;
    const wait = {};
    wait.promise = new Promise((resolve) => { wait.resolve = resolve; });
    waiting.set(name, wait);
    const script = document.createElement("script");
    script.src = `cases/${encodeURIComponent(name)}.js`;
    script.onload = () => { script.remove(); if (waiting.has(name)) give(name); forget(); };
    script.onerror = () => { script.remove(); give(name); };
    document.head.append(script);
    return wait.promise;
  }

  const give = (name) => { const wait = waiting.get(name); waiting.delete(name); if (wait) wait.resolve(null); };

  const inline = new Set();

  /** What is in the page itself is never forgotten. */
  function keepAll() { for (const name of contents.keys()) inline.add(name); }

  function forget() {
    for (const name of contents.keys()) {
      if (contents.size - inline.size <= KEPT) return;
      if (!inline.has(name)) contents.delete(name);
    }
  }

  /** Make an element; text is set as text, never as markup. */
  function make(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === undefined || value === null || value === false) continue;
      if (name === "class") node.className = value;
      else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value === true ? "" : String(value));
    }
    node.append(...children.filter((child) => child !== null && child !== undefined).map((child) => child instanceof Node ? child : String(child)));
    return node;
  }

  const byId = (id) => document.getElementById(id);
  const ready = (name) => contents.has(name);
  return { take, pictures, keepAll, make, byId, ready, content: (name) => contents.get(name) };
})();
