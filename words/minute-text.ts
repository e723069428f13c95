/** How long something takes, as roughly as it is known. */
export function minuteText(seconds: number, minutes: string, hours: string): string {
  if (seconds < 60) return `< 1 ${minutes}`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} ${minutes}`;
  return `${(seconds / 3600).toFixed(1)} ${hours}`;
}
