(function () {
  "use strict";
  var root = document.documentElement;

  // Dark and light: the system's preference, until the reader chooses.
  var system = matchMedia("(prefers-color-scheme: dark)");
  var toggle = document.getElementById("theme");
  function dark() { return root.dataset.theme ? root.dataset.theme === "dark" : system.matches; }
  function label() {
    toggle.textContent = dark() ? "Light colours" : "Dark colours";
  }
  if (toggle) {
    toggle.hidden = false;
    label();
    system.addEventListener("change", label);
    toggle.addEventListener("click", function () {
      root.dataset.theme = dark() ? "light" : "dark";
      try { localStorage.setItem("engagement-theme", root.dataset.theme); } catch (error) { /* not remembered */ }
      label();
    });
  }

  // When a report was made stands in times.js alone, so that the pages are the same bytes every time.
  var times = window.ENGAGEMENT_TIMES || {};
  var months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  document.querySelectorAll("[data-made]").forEach(function (place) {
    var time = times[place.dataset.made];
    var when = time && new Date(time.made);
    if (!when || isNaN(when)) return;
    var element = document.createElement("time");
    element.dateTime = time.made;
    element.textContent = when.getUTCDate() + " " + months[when.getUTCMonth()] + " " + when.getUTCFullYear();
    place.append("made ", element);
    place.hidden = false;
  });

  // The contents stand open where there is room beside the text.
  var contents = document.querySelector("details.contents");
  if (contents) {
    var wide = matchMedia("(min-width: 70rem)");
    contents.open = wide.matches;
    wide.addEventListener("change", function () { contents.open = wide.matches; });
  }

  // Only what scrolls is a stop for the keyboard.
  var scrollers = document.querySelectorAll(".scroll, pre[tabindex], .input");
  function stops() {
    scrollers.forEach(function (box) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  }
  stops();
  addEventListener("resize", stops);
  document.addEventListener("toggle", stops, true);

  // Folded tables open for the printer, where they are meant to be printed.
  var opened = [];
  addEventListener("beforeprint", function () {
    opened = Array.from(document.querySelectorAll("details[data-printed]:not([open])"));
    opened.forEach(function (fold) { fold.open = true; });
  });
  addEventListener("afterprint", function () {
    opened.forEach(function (fold) { fold.open = false; });
    opened = [];
  });
})();
