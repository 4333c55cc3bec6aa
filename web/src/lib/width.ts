/* The width of an element, measured before it is first painted and again whenever it changes: a
 * drawing that began at a guessed width would for a moment push a narrow page sideways. */
import { useCallback, useRef, useState } from 'react';

export function useWidth<E extends HTMLElement>(least: number) {
  const [width, setWidth] = useState(least);
  const watch = useRef<ResizeObserver>(undefined);
  const host = useCallback(
    (el: E | null) => {
      watch.current?.disconnect();
      if (!el) return;
      const measure = () => setWidth(Math.max(least, el.clientWidth));
      measure();
      watch.current = new ResizeObserver(measure);
      watch.current.observe(el);
    },
    [least],
  );
  return { host, width };
}
