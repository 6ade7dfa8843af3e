// Part of the service worker: shows a notification when a push message arrives, and opens a page on a tap.
// Push messages have no body; the text is in `self.surefoot.notice`, which the view sets.
(() => {
  self.addEventListener("push", (event) => {
    const { title, text, icon } = self.surefoot.notice;
    // The tag limits the screen to one notification, however many messages arrive.
    event.waitUntil(self.registration.showNotification(title, { body: text, tag: "reminder", icon }));
  });

  self.addEventListener("notificationclick", (event) => {
    event.notification.close();
    const openPage = async () => {
      const url = new URL(self.surefoot.notice.open, self.location.origin).href;
      const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
      const existing = windows.find((client) => client.url === url);
      return existing ? existing.focus() : self.clients.openWindow(url);
    };
    event.waitUntil(openPage());
  });
})();
