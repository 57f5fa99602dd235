// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc
import Model

/// Standard output and error, and what is known of whoever looks at them.
enum Terminal {
    /// Writes a text to standard output. A failure to write ends quietly: nobody is there to be told.
    static func print(_ text: String) { write(Array(text.utf8), to: STDOUT_FILENO) }

    /// Writes bytes to standard output.
    static func print(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

    /// Writes a line to standard error, unless it is empty.
    static func complain(_ text: String) {
        guard !text.isEmpty else { return }
        write(Array((text.hasSuffix("\n") ? text : text + "\n").utf8), to: STDERR_FILENO)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            // The buffer is alive for the call, and its length is the slice's.
            let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }

    /// True when standard output is a terminal.
    static var isOutputTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// True when standard error is a terminal.
    static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Colour only on a terminal that wants it (no-color.org, and `TERM=dumb`).
    static var wantsColour: Bool {
        isOutputTerminal && (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb"
    }

    /// Columns: the terminal's, else `COLUMNS`, else 80.
    static var width: Int {
        var size = winsize()
        // The kernel writes one `winsize`, which is what it is given.
        if unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return environment("COLUMNS").flatMap { Int($0) } ?? 80
    }

    /// The language of the environment's messages (locale(7)), English where it is none of ours.
    static var language: Language {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment($0) }.first { !$0.isEmpty }
        return locale.flatMap { Language(rawValue: String($0.prefix(2))) } ?? .en
    }

    /// A variable of the environment.
    static func environment(_ name: String) -> String? {
        // getenv(3) gives a string that lives until the environment changes, which this program never does.
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
