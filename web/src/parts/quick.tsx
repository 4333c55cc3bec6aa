export function openQuick(_o?: { partner?: { id: string; title: string } }) {}
export function QuickEntry() { return null; }
