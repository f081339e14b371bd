// Before the first paint, so that nobody sees the other theme flash by.
(() => {
  try {
    const chosen = localStorage.getItem("reprise.theme");
    if (chosen === "light" || chosen === "dark") {
      document.documentElement.dataset.theme = chosen;
    }
  } catch {
    // A browser that keeps nothing follows the system.
  }
})();
