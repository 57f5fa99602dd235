// SPDX-License-Identifier: GPL-3.0-or-later

extension String {
    /// The words of the text over as many lines as it takes, each at most `width` characters where its words allow; a
    /// line end begins a new paragraph, and paragraphs without a word are left out. `first` stands before the first line
    /// of each paragraph, `rest` before the others.
    public func wrapped(width: Int, first: String = "", rest: String = "") -> [String] {
        var lines: [String] = []
        for paragraph in split(separator: "\n", omittingEmptySubsequences: true) {
            var line = first
            var isEmpty = true
            for word in paragraph.split(separator: " ") {
                if !isEmpty, line.count + 1 + word.count > width {
                    lines.append(line)
                    line = rest
                    isEmpty = true
                }
                line += (isEmpty ? "" : " ") + word
                isEmpty = false
            }
            if !isEmpty { lines.append(line) }
        }
        return lines
    }
}
