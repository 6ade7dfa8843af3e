// Part of the service worker: what a phone shows when it is woken, and what a tap on it opens.
// A push of ours has no contents; the words stand in `self.surefoot.notice`, which the view has set.
(() => {
  self.addEventListener("push", (event) => {
    const { title, text, icon } = self.surefoot.notice;
    // One at most stands on the screen, however often the phone is woken.
    event.waitUntil(self.registration.showNotification(title, { body: text, tag: "reminder", icon }));
  });

  self.addEventListener("notificationclick", (event) => {
    event.notification.close();
    const show = async () => {
      const home = new URL(self.surefoot.notice.open, self.location.origin).href;
      const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
      const there = open.find((client) => client.url === home);
      return there ? there.focus() : self.clients.openWindow(home);
    };
    event.waitUntil(show());
  });
})();
