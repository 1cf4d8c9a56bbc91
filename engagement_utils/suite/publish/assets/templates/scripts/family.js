(function () {
  "use strict";
  var collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  function text(row, column) { return row.cells[column].textContent.trim(); }
  // "1,204", "-3.5 %" and "61" are numbers; everything else is text
  function number(value) {
    var match = /^[-+−]?[\d,]*\.?\d+(e[-+]?\d+)?/.exec(value);
    return match ? parseFloat(match[0].replace(/,/g, "").replace("−", "-")) : NaN;
  }
  function compare(a, b) {
    var x = number(a), y = number(b);
    if (!isNaN(x) && !isNaN(y)) return x - y || collator.compare(a, b);
    return collator.compare(a, b);
  }
  // "Queretaro" finds "Querétaro"
  function bare(value) { return value.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase(); }
  function words(field) { return bare(field ? field.value : "").split(/\s+/).filter(Boolean); }
  function content(element) {
    if (!element.searched) element.searched = bare(element.textContent);
    return element.searched;
  }
  function has(element, wanted) {
    return wanted.every(function (word) { return content(element).includes(word); });
  }

  var search = document.querySelector("[data-search]");
  var everywhere = search && search.querySelector("input");
  var cards = Array.from(document.querySelectorAll("[data-report]"));
  var families = Array.from(document.querySelectorAll("[data-family]")).map(function (family) {
    var controls = family.querySelector("[data-controls]");
    return {
      element: family,
      head: bare(family.querySelector("h2") ? family.querySelector("h2").textContent : ""),
      rows: Array.from(family.querySelector("tbody").rows),
      fold: family.querySelector("details"),
      controls: controls,
      field: controls.querySelector("input"),
      shown: family.querySelector("[data-shown]")
    };
  });

  function filter() {
    var wanted = words(everywhere);
    var total = cards.length, found = 0;
    cards.forEach(function (card) {
      card.hidden = !has(card, wanted);
      if (!card.hidden) found += 1;
    });
    families.forEach(function (family) {
      var narrowed = words(family.field);
      // a word of the family's own title is said for all of its members
      var left = wanted.filter(function (word) { return !family.head.includes(word); });
      var count = 0;
      family.rows.forEach(function (row) {
        row.hidden = !has(row, left) || !has(row, narrowed);
        if (!row.hidden) count += 1;
      });
      family.shown.textContent = count + " of " + family.rows.length + " shown";
      family.element.hidden = count === 0 && wanted.length > 0;
      if (family.fold && wanted.length && count) family.fold.open = true;
      total += family.rows.length;
      found += count;
    });
    if (search) search.querySelector("[role=status]").textContent = found + " of " + total + " shown";
  }

  families.forEach(function (family) {
    family.controls.hidden = false;
    family.field.addEventListener("input", filter);
    var body = family.element.querySelector("tbody");
    var heads = Array.from(family.element.querySelectorAll("thead th"));
    heads.forEach(function (head, column) {
      if (!head.hasAttribute("data-sort")) return;
      var button = document.createElement("button");
      button.type = "button";
      button.append.apply(button, Array.from(head.childNodes));
      head.append(button);
      button.addEventListener("click", function () {
        var up = head.getAttribute("aria-sort") !== "ascending";
        heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        var sorted = family.rows.slice().sort(function (a, b) {
          // rows without a value stand last in both directions
          var x = text(a, column), y = text(b, column);
          if (!x || !y) return (x ? 0 : 1) - (y ? 0 : 1);
          return (up ? 1 : -1) * compare(x, y);
        });
        body.append.apply(body, sorted);
      });
    });
  });
  if (search) {
    search.hidden = false;
    everywhere.addEventListener("input", filter);
  }
  filter();
})();
