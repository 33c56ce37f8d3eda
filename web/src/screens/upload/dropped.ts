/** Files out of what was dropped: single ones, and whole folders with their paths. */

export type Named = { name: string; file: File }

/** Return all files of a drop, those in folders under their paths. */
export async function filesOfDrop(data: DataTransfer): Promise<Named[]> {
  // The list is gone once the event is over.
  const entries = [...data.items].map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }))
  const found = await Promise.all(
    entries.map(({ entry, file }) =>
      entry !== null ? filesOf(entry, '') : file !== null ? [{ name: file.name, file }] : [],
    ),
  )
  return found.flat()
}

/** Return the files of a chosen folder or of several chosen files. */
export function filesOfInput(files: FileList): Named[] {
  return [...files].map((file) => ({ name: file.webkitRelativePath || file.name, file }))
}

async function filesOf(entry: FileSystemEntry, above: string): Promise<Named[]> {
  const name = above === '' ? entry.name : `${above}/${entry.name}`
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    )
    return [{ name, file }]
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const inner: FileSystemEntry[] = []
  for (;;) {
    // A hundred at a time, until none comes.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (some.length === 0) break
    inner.push(...some)
  }
  return (await Promise.all(inner.map((one) => filesOf(one, name)))).flat()
}

/** Return a size as people read it. */
export function sizeOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(0)} KB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
