/* Forms that answer while one types (data-live): sliders beside numbers, and fields that are marked as their errors come
   and go. Without this file, and without scripts, there are the numbers and the form's button. */
(() => {
  "use strict";

  const numberOf = (slider) => document.getElementById(slider.dataset.slides);

  // As people write numbers here, "75 000", "2,5" or "−0,5"; null where it is none.
  const read = (text) => {
    const bare = text.replace(/\s/g, "").replace("\u2212", "-").replace(",", ".");
    return /^-?[0-9]+([.][0-9]+)?$/.test(bare) ? bare : null;
  };

  const written = (number) => (document.documentElement.lang === "sv" ? number.replace(".", ",") : number);

  // The slider stands as near as it can and says what is typed: that may be beyond its ends or between its steps.
  const follow = (slider) => {
    const typed = numberOf(slider).value.trim();
    slider.value = read(typed) ?? slider.min;
    slider.setAttribute("aria-valuetext", typed || slider.dataset.empty);
  };

  const mark = () => {
    document.querySelectorAll("[data-live] .field").forEach((field) => {
      const isWrong = field.querySelector(".field-error") !== null;
      field.classList.toggle("field-wrong", isWrong);
      field.querySelectorAll("[name]").forEach((control) => {
        if (isWrong) control.setAttribute("aria-invalid", "true");
        else control.removeAttribute("aria-invalid");
      });
    });
  };

  const show = () => {
    document.querySelectorAll("[data-slides]").forEach((slider) => {
      slider.hidden = false;
      follow(slider);
    });
  };

  // Before the form hears of it, which sends what stands in the numbers.
  document.addEventListener(
    "input",
    (event) => {
      const { target } = event;
      if (target.matches("[data-slides]")) {
        numberOf(target).value = written(target.value);
        follow(target);
      } else document.querySelectorAll(`[data-slides="${target.id}"]`).forEach(follow);
    },
    { capture: true },
  );
  document.addEventListener("htmx:afterSettle", mark);
  document.addEventListener("htmx:historyRestore", show);
  show();
})();
