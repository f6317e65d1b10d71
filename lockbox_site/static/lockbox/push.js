"use strict";
// A browser that is to take notices is asked for its address and keys, and the form sends
// them. Nothing is asked before the button is pressed.
(() => {
  const form = document.getElementById("push");
  const trouble = document.getElementById("push-trouble");

  const say = (text) => {
    trouble.textContent = text;
    trouble.hidden = false;
  };

  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };

  const encoded = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");

  const subscribed = async () => {
    const worker = await navigator.serviceWorker.register(form.dataset.worker);
    await worker.update();
    const old = await worker.pushManager.getSubscription();
    if (old) await old.unsubscribe();
    return worker.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: bytes(form.dataset.key),
    });
  };

  if (!("serviceWorker" in navigator && "PushManager" in window)) {
    say(form.dataset.unable);
    return;
  }
  form.addEventListener("submit", async (event) => {
    if (form.elements.endpoint.value || !form.elements.name.value.trim()) return;
    event.preventDefault();
    if ((await Notification.requestPermission()) !== "granted") {
      say(form.dataset.refused);
      return;
    }
    try {
      const subscription = await subscribed();
      form.elements.endpoint.value = subscription.endpoint;
      form.elements.p256dh.value = encoded(subscription.getKey("p256dh"));
      form.elements.auth.value = encoded(subscription.getKey("auth"));
      form.submit();
    } catch (error) {
      say(`${form.dataset.unable} (${error.message})`);
    }
  });
})();
