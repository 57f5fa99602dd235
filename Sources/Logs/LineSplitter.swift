// SPDX-License-Identifier: GPL-3.0-or-later

import func Glibc.memchr

/// Cuts chunks of a log into lines without copying those that lie inside one chunk. Lines end at LF; one CR before it
/// is dropped, and so are NULs at a line's start (what logrotate's copytruncate leaves where a file was cut short).
public struct LineSplitter {
    /// The longest line that is kept: 64 KiB. The rest of a longer one is skipped, and the line counted in `truncated`.
    public static let longest = 64 << 10

    /// Lines so far, also the number of the line just handed over.
    public private(set) var lines = 0
    /// Lines that were longer than `longest`.
    public private(set) var truncated = 0
    private var pending: [UInt8] = []

    /// At the start of a file.
    public init() {}

    /// The lines that end in this chunk. `body` gets the line, without its end, as a range
    /// of some bytes.
    public mutating func feed(_ chunk: [UInt8], _ body: (_ bytes: [UInt8], _ line: Range<Int>, _ number: Int) -> Void) {
        var start = 0
        while start < chunk.count {
            guard let end = Self.newline(in: chunk, from: start) else {
                hold(chunk, start..<chunk.count)
                return
            }
            if pending.isEmpty {
                hand(chunk, start..<end, body)
            } else {
                hold(chunk, start..<end)
                handPending(body)
            }
            start = end + 1
        }
    }

    /// The last line of a file that does not end in LF: it may still be being written, but it is there.
    public mutating func finish(_ body: (_ bytes: [UInt8], _ line: Range<Int>, _ number: Int) -> Void) {
        if !pending.isEmpty { handPending(body) }
    }

    private mutating func handPending(_ body: (_ bytes: [UInt8], _ line: Range<Int>, _ number: Int) -> Void) {
        let line = pending
        pending = []
        hand(line, 0..<line.count, body)
    }

    private mutating func hold(_ chunk: [UInt8], _ piece: Range<Int>) {
        var start = piece.lowerBound
        if pending.isEmpty { while start < piece.upperBound, chunk[start] == 0 { start += 1 } }
        let room = Self.longest + 1 - pending.count  // One more than is kept, so that `hand` sees the line is longer.
        let end = min(piece.upperBound, start + room)
        pending += chunk[start..<end]
    }

    private mutating func hand(
        _ bytes: [UInt8], _ whole: Range<Int>, _ body: (_ bytes: [UInt8], _ line: Range<Int>, _ number: Int) -> Void
    ) {
        lines += 1
        var start = whole.lowerBound
        var end = whole.upperBound
        while start < end, bytes[start] == 0 { start += 1 }
        if end > start, bytes[end - 1] == 0x0D { end -= 1 }
        if end - start > Self.longest {
            truncated += 1
            end = start + Self.longest
        }
        body(bytes, start..<end, lines)
    }

    private static func newline(in chunk: [UInt8], from start: Int) -> Int? {
        unsafe chunk.withUnsafeBytes { buffer in
            // `start` is inside the buffer, and memchr(3) reads no further than the count it is given.
            guard let base = buffer.baseAddress,
                let found = unsafe memchr(base + start, 0x0A, buffer.count - start)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - base
        }
    }
}
