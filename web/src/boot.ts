/* Runs before the first paint: sets the language and the colour scheme of the document, so that
 * nothing flashes. Kept apart from the application because it must not wait for it. */
const root = document.documentElement;
if (location.pathname.startsWith('/fr')) root.lang = 'fr-CA';
try {
  const theme = localStorage.getItem('entente.theme');
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
} catch {
  /* Storage may be refused; the system's own scheme then applies. */
}
