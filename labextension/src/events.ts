/** Server-sent events, read from the body of a reply. */

/** `data` is what came, the lines of one event joined. */
export interface IServerEvent {
  readonly name: string;
  readonly data: string;
}

/** Each event once its last line has come; one that breaks off is none. `lost` says what a body that fails throws. */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  lost: (error: unknown) => never
): AsyncGenerator<IServerEvent, void> {
  let name = '';
  let data: string[] = [];
  for await (const line of readLines(body, lost)) {
    if (line === '') {
      if (data.length > 0) {
        yield { name: name || 'message', data: data.join('\n') };
      }
      name = '';
      data = [];
    } else if (line.startsWith('event:')) {
      name = valueOf(line);
    } else if (line.startsWith('data:')) {
      data.push(valueOf(line));
    }
  }
}

/** A chunk may end anywhere: in a line, between CR and LF, in a character. */
async function* readLines(
  body: ReadableStream<Uint8Array>,
  lost: (error: unknown) => never
): AsyncGenerator<string, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(lost);
      if (done) {
        return;
      }
      const text = decoder.decode(value, { stream: true });
      rest += text;
      if (/[\r\n]/.test(text)) {
        const lines = rest.split(/\r\n|\n|\r(?!$)/);
        rest = lines.pop() ?? '';
        yield* lines;
      }
    }
  } finally {
    // Whoever has the answer hears no more; a body that failed cannot be cancelled.
    await reader.cancel().catch(() => undefined);
  }
}

function valueOf(line: string): string {
  return line.slice(line.indexOf(':') + 1).replace(/^ /, '');
}
