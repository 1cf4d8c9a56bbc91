(function () {
  "use strict";
  var collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  function text(row, column) { return row.cells[column].textContent.trim(); }
  // "1,204", "-3.5 %" and "61" are numbers; everything else is text
  function number(value) {
    var match = /^[-+−]?[\d,]*\.?\d+/.exec(value);
    return match ? parseFloat(match[0].replace(/,/g, "").replace("−", "-")) : NaN;
  }
  function compare(a, b) {
    var x = number(a), y = number(b);
    if (!isNaN(x) && !isNaN(y)) return x - y || collator.compare(a, b);
    return collator.compare(a, b);
  }

  document.querySelectorAll("[data-family]").forEach(function (family) {
    var body = family.querySelector("tbody");
    var rows = Array.from(body.rows);
    var heads = Array.from(family.querySelectorAll("thead th"));
    var shown = family.querySelector("[data-shown]");

    var controls = family.querySelector("[data-controls]");
    var field = controls.querySelector("input");
    controls.hidden = false;
    function filter() {
      var wanted = field.value.trim().toLowerCase().split(/\s+/);
      var count = 0;
      rows.forEach(function (row) {
        var content = row.textContent.toLowerCase();
        row.hidden = !wanted.every(function (word) { return content.includes(word); });
        if (!row.hidden) count += 1;
      });
      shown.textContent = count + " of " + rows.length + " shown";
    }
    field.addEventListener("input", filter);
    filter();

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
        var sorted = rows.slice().sort(function (a, b) {
          // rows without a value stand last in both directions
          var x = text(a, column), y = text(b, column);
          if (!x || !y) return (x ? 0 : 1) - (y ? 0 : 1);
          return (up ? 1 : -1) * compare(x, y);
        });
        body.append.apply(body, sorted);
      });
    });
  });
})();
