// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// PEM as RFC 7468 defines it and as OpenSSL reads it: blocks between `-----BEGIN X-----` and `-----END X-----`, with
/// anything in between them ignored. A block that cannot be read is kept with the reason, and the ones after it are
/// still found.
enum PEM {
    /// One block.
    struct Block {
        /// What BEGIN names, as `CERTIFICATE`.
        var label: String
        /// Line of BEGIN, from 1.
        var line: Int
        /// True with the header `Proc-Type: 4,ENCRYPTED` (RFC 1421) of the traditional key formats.
        var isEncrypted = false
        /// The decoded content, or why there is none.
        var content: Result<[UInt8], Failure>
        /// What OpenSSL would stumble over although the content could be read.
        var remark: String?
    }

    /// Why a block has no content, in words.
    struct Failure: Error {
        var reason: String
    }

    private static let begin = Array("-----BEGIN ".utf8)
    private static let end = Array("-----END ".utf8)
    private static let dashes = Array("-----".utf8)
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let encrypted = Array("ENCRYPTED".utf8)

    /// The first `limit` blocks of a file.
    static func blocks(in bytes: [UInt8], limit: Int) -> [Block] {
        var lines = Lines(bytes)
        var blocks: [Block] = []
        while blocks.count < limit, let (line, number) = lines.next() {
            let marked = number == 1 && line.starts(with: byteOrderMark)
            guard let (label, _) = boundary(marked ? line.dropFirst(3) : line, begin) else { continue }
            var block = body(of: label, line: number, &lines)
            if marked { block.remark = "a byte order mark stands before BEGIN: OpenSSL does not see the block" }
            blocks.append(block)
        }
        return blocks
    }

    /// Reads from the line after BEGIN to END, or to what shows that END is missing.
    private static func body(of label: String, line: Int, _ lines: inout Lines) -> Block {
        var block = Block(label: label, line: line, content: .failure(Failure(reason: "END is missing")))
        var text: [UInt8] = []
        while let (line, number) = lines.next() {
            if let (closed, rest) = boundary(line, end) {
                if closed != label {
                    block.content = .failure(Failure(reason: "BEGIN \(label) is closed by END \(closed)"))
                } else {
                    block.content = decode(text)
                }
                if !rest.isEmpty {
                    block.remark = "line \(number): text follows END on the same line: OpenSSL refuses the file"
                    // Files put together without a newline: the next BEGIN stands behind this END.
                    if rest.starts(with: begin) { lines.push(rest, number) }
                }
                return block
            }
            if line.starts(with: begin) {
                lines.push(line, number)
                return block
            }
            if line.contains(0x3A) {
                // RFC 1421 headers, `Proc-Type: 4,ENCRYPTED` and `DEK-Info: …`; a colon is not in the base64 alphabet.
                if line.starts(with: Array("Proc-Type:".utf8)), line.suffix(9).elementsEqual(encrypted) {
                    block.isEncrypted = true
                }
                continue
            }
            text += line
        }
        return block
    }

    /// The label of a boundary line and what follows its closing dashes.
    private static func boundary(_ line: ArraySlice<UInt8>, _ prefix: [UInt8]) -> (String, ArraySlice<UInt8>)? {
        guard line.starts(with: prefix) else { return nil }
        let name = line.dropFirst(prefix.count)
        var index = name.startIndex
        while index < name.endIndex, index - name.startIndex <= 64 {
            if name[index...].starts(with: dashes) {
                return (printable(name[..<index]), name[index...].dropFirst(dashes.count))
            }
            index += 1
        }
        return nil
    }

    /// Base64 (RFC 4648 section 4), white space ignored.
    static func decode(_ text: [UInt8]) -> Result<[UInt8], Failure> {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var group: UInt32 = 0
        var digits = 0
        var padding = 0
        for byte in text {
            let digit: UInt8
            switch byte {
            case 0x41...0x5A: digit = byte - 0x41
            case 0x61...0x7A: digit = byte - 0x61 + 26
            case 0x30...0x39: digit = byte - 0x30 + 52
            case 0x2B: digit = 62
            case 0x2F: digit = 63
            case 0x20, 0x09: continue
            case 0x3D:
                padding += 1
                continue
            default: return .failure(Failure(reason: "a character that is not base64 (\([byte].hexadecimal()))"))
            }
            guard padding == 0 else { return .failure(Failure(reason: "base64 goes on after its end")) }
            group = group << 6 | UInt32(digit)
            digits += 1
            if digits == 4 {
                bytes += [UInt8(group >> 16 & 0xFF), UInt8(group >> 8 & 0xFF), UInt8(group & 0xFF)]
                (group, digits) = (0, 0)
            }
        }
        switch (digits, padding) {
        case (0, 0): break
        case (2, 2): bytes.append(UInt8(group >> 4 & 0xFF))
        case (3, 1): bytes += [UInt8(group >> 10 & 0xFF), UInt8(group >> 2 & 0xFF)]
        default: return .failure(Failure(reason: "base64 is cut off"))
        }
        return bytes.isEmpty ? .failure(Failure(reason: "there is nothing in it")) : .success(bytes)
    }

    /// The lines of a file without their ends and without trailing blanks, as OpenSSL reads them.
    private struct Lines {
        private let bytes: [UInt8]
        private var position = 0
        private var number = 0
        private var pushed: (ArraySlice<UInt8>, Int)?

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        /// Makes a line the next one again.
        mutating func push(_ line: ArraySlice<UInt8>, _ number: Int) { pushed = (line, number) }

        mutating func next() -> (ArraySlice<UInt8>, Int)? {
            if let line = pushed {
                pushed = nil
                return line
            }
            guard position < bytes.count else { return nil }
            let newline = bytes[position...].firstIndex(of: 0x0A) ?? bytes.count
            var line = bytes[position..<newline]
            position = newline + 1
            number += 1
            while let last = line.last, last <= 0x20 { line.removeLast() }
            return (line, number)
        }
    }
}
