/* Questions that save themselves (data-saves): what has not reached the portal says so, and is sent again.
   Without this file, and without scripts, the form's own button saves everything. */
(() => {
  "use strict";

  const AGAIN_MS = 10000;
  const unsaved = new Set();

  const blockOf = (element) => element.closest("[data-saves]");

  const say = (block, lost) => {
    const sentence = block.querySelector(".not-saved");
    if (sentence) sentence.hidden = !lost;
  };

  const sendAgain = () => {
    unsaved.forEach((block) => {
      if (block.isConnected) htmx.trigger(block, "change");
      else unsaved.delete(block);
    });
  };

  document.addEventListener("input", (event) => {
    const block = blockOf(event.target);
    // Typed, and not sent yet: leaving the page now would lose it.
    if (block) unsaved.add(block);
  });

  ["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach((name) =>
    document.addEventListener(name, (event) => {
      const block = blockOf(event.target);
      if (!block) return;
      unsaved.add(block);
      say(block, true);
    })
  );

  document.addEventListener("htmx:afterRequest", (event) => {
    const block = blockOf(event.target);
    if (!block || !event.detail.successful) return;
    unsaved.delete(block);
    say(block, false);
  });

  window.addEventListener("online", sendAgain);
  window.setInterval(() => {
    if ([...unsaved].some((block) => block.querySelector(".not-saved:not([hidden])"))) sendAgain();
  }, AGAIN_MS);

  let sending = false;
  document.addEventListener("submit", () => {
    sending = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved.size && !sending) event.preventDefault();
  });

  document.querySelectorAll(".saves-itself").forEach((element) => {
    element.hidden = false;
  });
})();
