"use strict";
(function () {
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const one = (selector) => document.querySelector(selector);
  const rows = all(".row");
  const chips = all(".chip");
  const search = one("#search");
  const kind = one("#kind");
  const field = one("#field");
  const tally = one("#tally");
  const fold = one("#fold");
  const help = one("#help");
  const keys = one("#keys");
  const HEADS = ["字段", "表格", "证书", "批文", "核对", "填错概率", "匹配权重"];
  const CALM = ["一致", "纸上未载"];
  const DETAILS_OUTCOME = 4;
  let current = null;

  /* Filtering */

  function matches(row, verdicts, words) {
    const data = row.dataset;
    if (!verdicts.has(data.verdict)) return false;
    if (kind && kind.value && !data.kinds.split(" ").includes(kind.value)) return false;
    if (field && field.value && !data.fields.split(" ").includes(field.value)) return false;
    return words.every((word) => data.search.includes(word));
  }

  function filter() {
    const verdicts = new Set(chips.filter((c) => c.getAttribute("aria-pressed") === "true").map((c) => c.dataset.verdict));
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row) => {
      const keep = matches(row, verdicts, words);
      row.hidden = !keep;
      if (keep) shown += 1;
    });
    const narrowed = words.length > 0 || !verdicts.has("reject") && !verdicts.has("review");
    all(".passed").forEach((group) => {
      const left = all(".row", group).filter((row) => !row.hidden).length;
      group.hidden = left === 0;
      if (left && narrowed) group.open = true;
    });
    one("#nomatch").hidden = shown > 0 || rows.length === 0;
    showTally(shown);
  }

  function showTally(shown) {
    const seen = rows.filter((row) => row.classList.contains("done")).length;
    const open = rows.filter((row) => row.dataset.verdict !== "clear").length;
    const parts = [];
    if (shown < rows.length) parts.push("显示 " + shown + " / " + rows.length + " 行");
    if (seen) parts.push("已看 " + seen + " / " + open);
    tally.textContent = parts.join("，");
  }

  function press(chip, on) {
    chip.setAttribute("aria-pressed", on ? "true" : "false");
  }

  function only(verdict) {
    chips.forEach((chip) => press(chip, !verdict || chip.dataset.verdict === verdict));
    filter();
  }

  function reset() {
    search.value = "";
    if (kind) kind.value = "";
    if (field) field.value = "";
    only(null);
  }

  chips.forEach((chip) => chip.addEventListener("click", () => {
    press(chip, chip.getAttribute("aria-pressed") !== "true");
    filter();
  }));
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  });
  [kind, field].forEach((select) => select && select.addEventListener("change", filter));
  one("#reset").addEventListener("click", reset);

  /* Moving */

  function shownRows() {
    return rows.filter((row) => !row.hidden && row.dataset.verdict !== "clear");
  }

  function goTo(finding) {
    if (current) current.classList.remove("at");
    current = finding;
    const row = finding.closest(".row");
    row.open = true;
    finding.classList.add("at");
    finding.focus({ preventScroll: true });
    const first = row.querySelector(".finding") === finding;
    const target = first ? row : finding;
    const bar = one(".bar").offsetHeight;
    const box = target.getBoundingClientRect();
    const end = finding.getBoundingClientRect().bottom;
    if (box.top < bar + 6 || end > window.innerHeight - 6) {
      window.scrollBy(0, box.top - bar - Math.max(8, (window.innerHeight - bar) / 6));
    }
  }

  function move(step) {
    const findings = [];
    shownRows().forEach((row) => findings.push.apply(findings, all(".finding", row)));
    if (!findings.length) return;
    const at = current ? findings.indexOf(current) : -1;
    const next = at < 0 ? (step > 0 ? firstBelow(findings) : findings.length - 1) : at + step;
    goTo(findings[Math.min(findings.length - 1, Math.max(0, next))]);
  }

  /* Without a place yet, begin where the reader is looking. */
  function firstBelow(findings) {
    const bar = one(".bar").offsetHeight;
    const at = findings.findIndex((finding) => finding.closest(".row").getBoundingClientRect().bottom > bar);
    return at < 0 ? 0 : at;
  }

  function moveRow(step) {
    const list = shownRows();
    if (!list.length) return;
    const at = current ? list.indexOf(current.closest(".row")) : -1;
    const next = at < 0 ? 0 : Math.min(list.length - 1, Math.max(0, at + step));
    goTo(list[next].querySelector(".finding"));
  }

  /* Pictures */

  function zoom(crop) {
    const big = crop.classList.toggle("big");
    const finding = crop.closest(".finding");
    if (finding) finding.classList.toggle("zoomed", big);
  }

  /* All fields of a row: kept as data and drawn when asked for. */

  const parsed = new Map();

  function detailsOf(row) {
    const holder = row.closest(".batch").querySelector("script.details");
    if (!parsed.has(holder)) parsed.set(holder, JSON.parse(holder.textContent));
    return parsed.get(holder)[row.id] || [];
  }

  function cell(tag, text) {
    const element = document.createElement(tag);
    element.textContent = text;
    return element;
  }

  function drawDetails(row) {
    const old = row.querySelector(".full");
    if (old) {
      old.hidden = !old.hidden;
      return;
    }
    const table = document.createElement("table");
    table.className = "full";
    const head = table.createTHead().insertRow();
    HEADS.forEach((text) => head.appendChild(cell("th", text)));
    const body = table.createTBody();
    detailsOf(row).forEach((values) => {
      const line = body.insertRow();
      values.forEach((text, column) => {
        const made = line.appendChild(cell(column === 0 ? "th" : "td", text));
        if (column === DETAILS_OUTCOME && !CALM.includes(text)) made.className = "off";
      });
    });
    row.querySelector(".body").appendChild(table);
  }

  rows.forEach((row) => {
    if (row.dataset.verdict !== "clear") return;
    row.addEventListener("toggle", () => {
      if (row.open && !row.querySelector(".full")) drawDetails(row);
    });
  });

  document.addEventListener("click", (event) => {
    const crop = event.target.closest(".crop");
    if (crop) zoom(crop);
    const more = event.target.closest(".all");
    if (more) drawDetails(more.closest(".row"));
    const finding = event.target.closest(".finding");
    if (finding && finding !== current) {
      if (current) current.classList.remove("at");
      current = finding;
      finding.classList.add("at");
    }
    if (!event.target.closest("#keys, #help")) showKeys(false);
  });

  /* Seen marks: a convenience of this browser, never part of the result. */

  const store = "zhenghe:" + tally.dataset.key;

  function loadSeen() {
    try {
      return new Set(JSON.parse(localStorage.getItem(store) || "[]"));
    } catch (_) {
      return new Set();
    }
  }

  function mark(row) {
    row.classList.toggle("done");
    try {
      localStorage.setItem(store, JSON.stringify(rows.filter((r) => r.classList.contains("done")).map((r) => r.id)));
    } catch (_) {
      /* Storage may be switched off for local files; the mark then lasts until the page is closed. */
    }
    showTally(rows.filter((r) => !r.hidden).length);
  }

  /* Folding */

  function isUnfolded() {
    return fold.getAttribute("aria-pressed") === "true";
  }

  function showFold() {
    fold.textContent = isUnfolded() ? "全部收起" : "全部展开";
  }

  function foldAll() {
    fold.setAttribute("aria-pressed", isUnfolded() ? "false" : "true");
    shownRows().forEach((row) => { row.open = isUnfolded(); });
    showFold();
  }

  fold.addEventListener("click", foldAll);

  function showKeys(on) {
    keys.hidden = !on;
    help.setAttribute("aria-expanded", on ? "true" : "false");
  }

  help.addEventListener("click", () => showKeys(keys.hidden));

  window.addEventListener("beforeprint", () => shownRows().forEach((row) => { row.open = true; }));

  /* Keys */

  const KEYS = {
    j: () => move(1),
    k: () => move(-1),
    n: () => moveRow(1),
    p: () => moveRow(-1),
    e: foldAll,
    x: () => current && mark(current.closest(".row")),
    z: () => {
      const crop = current && current.querySelector(".crop");
      if (crop) zoom(crop);
    },
    "/": () => { search.focus(); search.select(); },
    "?": () => showKeys(keys.hidden),
    "？": () => showKeys(keys.hidden),
    0: () => only(null),
    1: () => only("reject"),
    2: () => only("review"),
    3: () => only("clear"),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") {
      showKeys(false);
      if (document.activeElement === search) search.blur();
      else reset();
      return;
    }
    if (event.target.closest("input, select, textarea")) {
      if (event.key === "Enter" && event.target === search) {
        search.blur();
        filter();
        move(1);
      }
      return;
    }
    const inFinding = current && document.activeElement === current;
    let act = KEYS[event.key] || KEYS[event.key.toLowerCase()];
    if (inFinding && event.key === "ArrowDown") act = KEYS.j;
    if (inFinding && event.key === "ArrowUp") act = KEYS.k;
    if (inFinding && event.key === " ") {
      act = () => { const row = current.closest(".row"); row.open = !row.open; };
    }
    if (!act) return;
    event.preventDefault();
    act();
  });

  const seen = loadSeen();
  rows.forEach((row) => row.classList.toggle("done", seen.has(row.id)));
  showFold();
  filter();
})();
