/* Forms that answer while one types (data-live): sliders beside numbers, and fields that are marked as their errors come
   and go. Without this file, and without scripts, there are the numbers and the form's button. */
(() => {
  "use strict";

  const numberOf = (slider) => document.getElementById(slider.dataset.slides);

  const follow = (slider) => {
    const typed = numberOf(slider).value.trim();
    if (/^[0-9]+$/.test(typed)) slider.value = typed;
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
      if (target.matches("[data-slides]")) numberOf(target).value = target.value;
      else document.querySelectorAll(`[data-slides="${target.id}"]`).forEach(follow);
    },
    { capture: true },
  );
  document.addEventListener("htmx:afterSettle", mark);
  document.addEventListener("htmx:historyRestore", show);
  show();
})();
