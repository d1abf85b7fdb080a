// Keeps what is typed in a form on this device until it has been sent, and saves drafts by themselves.
//
// <form data-keep="owner:audit:thing" data-word-…="…"> keeps its fields in the browser's storage from the first letter on.
// With data-save="address" it is also sent there as it is written, photos too, as soon as there is a connection.
// Without this script the form is an ordinary form.
(() => {
  "use strict";

  const PREFIX = "portal-kept:";
  const SENT = "portal-sent";
  const WAIT = 1500;
  const RETRY = 10000;
  const LEFT_OUT = new Set(["csrfmiddlewaretoken", "submit", "draft", "next"]);

  const form = document.querySelector("form[data-keep]");
  const status = form?.querySelector(".keep-status");
  const saveUrl = form?.dataset.save;

  // --- What is kept: texts in localStorage, photos in IndexedDB -------------------------------------------

  const storage = {
    get(key) {
      try {
        return JSON.parse(localStorage.getItem(key));
      } catch {
        return null;
      }
    },
    set(key, kept) {
      try {
        localStorage.setItem(key, JSON.stringify(kept));
        return true;
      } catch {
        return false;
      }
    },
    remove(key) {
      try {
        localStorage.removeItem(key);
      } catch {
        // a browser without storage has kept nothing
      }
    },
    keys(prefix) {
      try {
        return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
      } catch {
        return [];
      }
    },
  };

  const photos = (() => {
    let opened;
    const open = () => {
      opened ??= new Promise((resolve, reject) => {
        const request = indexedDB.open("portal-kept", 1);
        request.onupgradeneeded = () => {
          request.result.createObjectStore("photos", { autoIncrement: true }).createIndex("key", "key");
        };
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      return opened;
    };
    const run = async (mode, work) => {
      const transaction = (await open()).transaction("photos", mode);
      const request = work(transaction.objectStore("photos"));
      return new Promise((resolve, reject) => {
        transaction.oncomplete = () => resolve(request.result);
        transaction.onerror = () => reject(transaction.error);
        transaction.onabort = () => reject(transaction.error);
      });
    };
    return {
      add: (key, file) => run("readwrite", (store) => store.add({ key, name: file.name, blob: file })),
      async of(key) {
        const [ids, rows] = await Promise.all([
          run("readonly", (store) => store.index("key").getAllKeys(key)),
          run("readonly", (store) => store.index("key").getAll(key)),
        ]);
        return rows.map((row, place) => ({ id: ids[place], ...row }));
      },
      remove: (id) => run("readwrite", (store) => store.delete(id)),
    };
  })();

  const waitingPhotos = (key) => photos.of(key).catch(() => []);

  // --- What was sent with the page before this one needs no keeping any more -------------------------------

  const fieldsOf = () => {
    const fields = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && !LEFT_OUT.has(name)) fields[name] = value;
    }
    return fields;
  };
  const keyOf = (fields) => PREFIX + form.dataset.keep + (saveUrl ? `:${fields.submission}` : "");

  const sent = sessionStorage.getItem(SENT);
  if (sent && !(form && keyOf(fieldsOf()) === sent)) storage.remove(sent);
  sessionStorage.removeItem(SENT);

  const notice = document.querySelector("[data-kept]");
  if (notice && storage.keys(`${PREFIX}${notice.dataset.kept}:`).length) {
    const link = document.createElement("a");
    link.href = notice.dataset.url;
    link.textContent = notice.dataset.wordContinue;
    notice.append(`${notice.dataset.wordKept} `, link);
  }
  if (!form) return;

  // --- The form ---------------------------------------------------------------------------------------------

  const word = (name) => form.dataset[`word${name}`] ?? "";
  const say = (name, more = []) => {
    const text = [word(name), ...more].filter(Boolean).join(" ");
    status.classList.toggle("keep-unsent", !["Saved", "Saving"].includes(name));
    if (status.textContent !== text) status.textContent = text;
  };
  const comparable = ({ window: _window, version: _version, ...rest }) => JSON.stringify(rest);

  let letGo = false;
  let inFlight = null;
  let timer = 0;

  const keep = () => storage.set(keyOf(fieldsOf()), { fields: fieldsOf(), at: Date.now() });

  const fill = (fields) => {
    for (const control of form.elements) {
      if (!(control.name in fields) || LEFT_OUT.has(control.name) || control.type === "file") continue;
      if (control.type === "radio" || control.type === "checkbox") control.checked = control.value === fields[control.name];
      else control.value = fields[control.name];
    }
  };

  const list = form.querySelector("[data-photos]");
  const showPhotos = async (stored) => {
    if (!list) return;
    if (stored) {
      list.replaceChildren(
        ...stored.map((photo) => {
          const line = document.createElement("li");
          const link = document.createElement("a");
          link.href = photo.url;
          link.textContent = photo.name;
          line.append(link);
          return line;
        }),
      );
    }
    list.querySelectorAll("[data-waiting]").forEach((line) => line.remove());
    for (const photo of await waitingPhotos(keyOf(fieldsOf()))) {
      const line = document.createElement("li");
      line.dataset.waiting = "";
      line.textContent = `${photo.name} – ${word("Photo")}`;
      list.append(line);
    }
  };

  // --- Saving by itself: "saved", "refused", "conflict", "out" or "unsent" -----------------------------------

  const post = async (key, fields) => {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    const waiting = await waitingPhotos(key);
    for (const photo of waiting) body.append("chosen", photo.blob, photo.name);
    let response;
    try {
      response = await fetch(saveUrl, { method: "POST", body, redirect: "manual", credentials: "same-origin" });
    } catch {
      return ["Unsent", {}];
    }
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    if (!isJson) return [response.status >= 500 ? "Unsent" : "Out", {}];
    const answer = await response.json();
    if (response.status === 409) return ["Conflict", answer];
    if (!response.ok) return ["Refused", answer];
    for (const photo of waiting) await photos.remove(photo.id);
    return ["Saved", answer];
  };

  const save = async () => {
    clearTimeout(timer);
    if (inFlight) {
      await inFlight;
      return save();
    }
    const fields = fieldsOf();
    const key = keyOf(fields);
    say("Saving");
    inFlight = post(key, fields);
    const [outcome, answer] = await inFlight;
    inFlight = null;
    if (outcome === "Saved") settle(key, fields, answer);
    say(outcome, answer.errors);
    if (outcome === "Unsent") timer = setTimeout(save, RETRY);
    return outcome;
  };

  const settle = (key, fields, answer) => {
    if (answer.submitted) {
      storage.remove(key);
      letGo = true;
      location.assign(answer.url);
      return;
    }
    form.elements.version.value = answer.version;
    form.action = answer.url;
    history.replaceState(null, "", answer.url);
    if (comparable(fieldsOf()) === comparable(fields)) storage.remove(key);
    else {
      keep();
      later();
    }
    showPhotos(answer.photos);
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  };

  const isOnline = async () => {
    try {
      await fetch(location.href, { method: "HEAD", cache: "no-store", redirect: "manual" });
      return true;
    } catch {
      return false;
    }
  };

  // --- What happens in the form ------------------------------------------------------------------------------

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    keep();
    if (!navigator.onLine) say("Unsent");
    if (saveUrl) later();
  });

  form.addEventListener("change", async (event) => {
    const input = event.target;
    if (!saveUrl || input.type !== "file" || !input.files.length) return;
    const key = keyOf(fieldsOf());
    try {
      for (const file of input.files) await photos.add(key, file);
    } catch {
      return; // it stays chosen, and goes with the form
    }
    input.value = "";
    keep();
    await showPhotos();
    save();
  });

  form.addEventListener("submit", async (event) => {
    if (letGo) return;
    event.preventDefault();
    if (form.dataset.going) return;
    form.dataset.going = "yes";
    keep();
    const outcome = saveUrl ? await save() : (await isOnline()) ? "Saved" : "Unsent";
    delete form.dataset.going;
    if (letGo) return;
    if (outcome === "Unsent" || outcome === "Out") {
      say(outcome);
      return;
    }
    sessionStorage.setItem(SENT, keyOf(fieldsOf()));
    letGo = true;
    form.requestSubmit(event.submitter ?? undefined);
  });

  // A form that the browser brings back with the page can be sent again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) letGo = false;
  });
  window.addEventListener("offline", () => say("Unsent"));
  window.addEventListener("online", () => {
    if (saveUrl && storage.get(keyOf(fieldsOf()))) save();
    else if (status.textContent) say("Restored");
  });

  // --- What an earlier page left -----------------------------------------------------------------------------

  const restore = () => {
    const own = keyOf(fieldsOf());
    const pristine = saveUrl && form.elements.version.value === "0" && !form.elements.text.value;
    const newest = (keys) =>
      keys.sort((one, other) => (storage.get(other)?.at ?? 0) - (storage.get(one)?.at ?? 0))[0];
    const key = storage.get(own) ? own : pristine ? newest(storage.keys(`${PREFIX}${form.dataset.keep}:`)) : null;
    const kept = key && storage.get(key);
    if (!kept) return;
    if (comparable(kept.fields) === comparable(fieldsOf())) {
      storage.remove(key);
      return;
    }
    fill(kept.fields);
    say("Restored");
    if (saveUrl) save();
  };

  restore();
  showPhotos();
})();
