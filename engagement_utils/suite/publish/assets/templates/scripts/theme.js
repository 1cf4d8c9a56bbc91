// Before the page is painted: the reader's remembered choice, if there is one.
(function () {
  var root = document.documentElement;
  root.classList.add("js");
  try {
    var theme = localStorage.getItem("engagement-theme");
    if (theme === "dark" || theme === "light") root.dataset.theme = theme;
  } catch (error) { /* storage is blocked: the system's preference holds */ }
})();
