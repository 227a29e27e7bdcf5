import type { SendReport } from './send-log-messages.ts';

/** `1,234,567`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** What people read when everything is sent. */
export function renderReport(report: SendReport, where: string): string {
  const { sent, seconds, rate, connections, reconnects, possibly_lost } = report;
  const messages = `${formatCount(sent)} message${sent === 1 ? '' : 's'}`;
  const speed = sent === 1 ? '' : ` in ${seconds} s (${formatCount(rate)}/s)`;
  const lines = connections === 1 ? '' : ` over ${connections} connections`;
  const text = [`sent ${messages} to ${where}${lines}${speed}`];
  if (reconnects > 0) text.push(`reconnected ${reconnects} time${reconnects === 1 ? '' : 's'}`);
  if (possibly_lost > 0) {
    text.push(
      possibly_lost === 1
        ? 'the message was sent on a connection that broke, and may be lost'
        : `of ${formatCount(possibly_lost)} messages sent on connections that broke, some may be lost`,
    );
  }
  return `${text.join('\n')}\n`;
}
