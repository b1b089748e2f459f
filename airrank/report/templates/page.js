"use strict";
(() => {
  const numeric = (text) => {
    const found = text.replace(/^[<>]/, "").match(/^[+-]?\d+(\.\d+)?/);
    return found ? parseFloat(found[0]) + (text[0] === "<" ? -0.5 : text[0] === ">" ? 0.5 : 0) : NaN;
  };
  const table = document.getElementById("searched");
  const body = table.tBodies[0];
  // Our row stays below the headings, which may take several lines.
  const below = () => table.style.setProperty("--head", `${table.tHead.offsetHeight}px`);
  window.addEventListener("resize", below);
  below();
  const collator = new Intl.Collator(document.documentElement.lang);
  const compare = (a, b) => {
    const x = numeric(a), y = numeric(b);
    if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
    return Number.isNaN(x) ? collator.compare(a, b) : x - y;
  };
  table.tHead.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const heading = button.closest("th"), column = Number(button.dataset.column);
    const down = heading.getAttribute("aria-sort") === "ascending";
    table.querySelectorAll("th").forEach((th) => th.setAttribute("aria-sort", "none"));
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const text = (row) => row.cells[column].textContent;
    const rows = [...body.rows].sort((a, b) => compare(text(a), text(b)) * (down ? -1 : 1));
    body.append(...rows);
  });
  const filter = document.getElementById("filter"), count = document.getElementById("count");
  filter.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    let shown = 0;
    for (const row of body.rows) {
      const here = (row.cells[1].textContent + " " + row.cells[2].textContent).toLowerCase();
      row.hidden = !here.includes(wanted);
      if (!row.hidden) shown += 1;
    }
    count.textContent = shown;
  });
  const source = document.getElementById("curves");
  if (!source) return;
  const curves = JSON.parse(source.textContent);
  const slider = document.getElementById("mean"), out = document.getElementById("mean-out");
  const at = (p, x) => {
    const xs = curves.x;
    let i = 1;
    while (i < xs.length - 1 && xs[i] < x) i += 1;
    const share = Math.min(1, Math.max(0, (x - xs[i - 1]) / (xs[i] - xs[i - 1])));
    return p[i - 1] + share * (p[i] - p[i - 1]);
  };
  const percent = (digits) => curves.as.replace("#", digits);
  const shown = (p) => percent(p < 0.01 ? "<1" : p > 0.99 ? ">99" : Math.round(100 * p));
  const any = document.getElementById("mean-any"), unmoved = out.textContent;
  const show = (text, odds) => {
    out.textContent = text;
    curves.goals.forEach((goal, i) => {
      const p = odds(goal);
      document.querySelector(`[data-odds="${i}"]`).textContent = shown(p);
      document.querySelector(`[data-bar="${i}"]`).style.width = `${100 * p}%`;
    });
  };
  slider.addEventListener("input", () => {
    const x = Number(slider.value);
    any.hidden = false;
    show(curves.unit.replace("#", x), (goal) => at(goal.p, x));
  });
  any.addEventListener("click", () => {
    slider.value = curves.start;
    any.hidden = true;
    show(unmoved, (goal) => goal.told);
    slider.focus();
  });
})();
