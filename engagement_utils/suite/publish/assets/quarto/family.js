// Gives a family's table what the script that sorts and filters it looks for.
document.querySelectorAll(".report-table.family").forEach(function (family) {
  family.dataset.family = "";
  var heads = family.querySelectorAll("thead th");
  heads.forEach(function (head, number) {
    if (number < heads.length - 1) head.dataset.sort = "";
  });
  var controls = document.createElement("p");
  controls.dataset.controls = "";
  controls.innerHTML =
    '<label>Filter <input type="search" autocomplete="off" spellcheck="false"></label> ' +
    '<span class="note" data-shown role="status"></span>';
  family.prepend(controls);
});
