// SPDX-License-Identifier: GPL-3.0-or-later

private import Model

extension EventStream.Failure {
    /// libyaml's terse answer in words that name the mistake that was probably made.
    func problem(in lines: SourceLines) -> Problem {
        guard let place else { return encodingProblem(in: lines) }
        let diagnosis = SyntaxDiagnosis(failure: self, line: place.line, column: place.column, lines: lines)
        return diagnosis.problem
    }

    /// A byte that is no text.
    private func encodingProblem(in lines: SourceLines) -> Problem {
        let place = lines.place(ofByte: byteOffset)
        let byte = lines.byte(at: byteOffset)
        let name = "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        if message.hasPrefix("control") {
            return Problem(
                "Y001", line: place.line, column: place.column, message: "the control character \(name) is not text",
                hint: "inside double quotes it can be written as \\x and two digits")
        }
        return Problem(
            "Y001", line: place.line, column: place.column, message: "the byte \(name) is not UTF-8 text",
            hint: "save the file as UTF-8")
    }
}

/// Finds the usual mistake behind a syntax error by looking at the line it was noticed on.
private struct SyntaxDiagnosis {
    let failure: EventStream.Failure
    let line: Int
    let column: Int
    let lines: SourceLines

    /// The problem, told by the first rule that fits.
    var problem: Problem {
        tab ?? quote ?? start ?? escape ?? colonInValue ?? flow ?? simpleKey ?? indentation
            ?? plain(
                failure.context.isEmpty ? failure.message : "\(failure.message) \(failure.context)", hint: nil)
    }

    private func plain(_ message: String, hint: String?, at place: (line: Int, column: Int)? = nil, note: String? = nil)
        -> Problem
    {
        let related = failure.contextPlace.flatMap { context in
            note.map { [Problem.Note(line: context.line, column: context.column, note: $0)] }
        }
        return Problem(
            "Y002", line: place?.line ?? line, column: place?.column ?? column, message: message, hint: hint,
            related: related ?? [])
    }

    private func says(_ text: String) -> Bool { failure.message.hasPrefix(text) }
    private func during(_ text: String) -> Bool { failure.context == "while " + text }

    /// The text of the line the error was noticed on, before and from the place on.
    private var before: ArraySlice<UInt8> { lines.line(line, upTo: column) }
    private var after: ArraySlice<UInt8> { lines.line(line).dropFirst(before.count) }

    private var tab: Problem? {
        let indentation = lines.line(line).prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard indentation.contains(UInt8(ascii: "\t")), before.count <= indentation.count else { return nil }
        return plain("a tab cannot indent", hint: "indent with spaces")
    }

    private var quote: Problem? {
        guard during("scanning a quoted scalar"), says("found unexpected") else { return nil }
        return plain(
            "this quote is never closed",
            hint: "close it with the same quote; inside '…' an apostrophe is written twice", at: failure.contextPlace)
    }

    /// A character that means something else at the beginning of a value.
    private var start: Problem? {
        if during("scanning a directive") {
            return plain("a line that begins with % is a directive", hint: "quote it", at: failure.contextPlace)
        }
        if during("scanning an alias") || during("scanning an anchor") {
            let sign = during("scanning an alias") ? "*" : "&"
            return plain(
                "\(sign) must be followed by a name", hint: "quote a text that begins with \(sign)",
                at: failure.contextPlace)
        }
        if failure.context.contains("tag") || failure.message.contains("tag handle") {
            return plain("! begins a tag", hint: "quote a text that begins with !", at: failure.contextPlace)
        }
        if during("scanning a block scalar"), says("did not find expected comment") {
            return plain("text on the line of | or >", hint: "begin the text on the next line, indented")
        }
        if says("block sequence entries") {
            return plain("a list cannot begin here", hint: "begin it on a line of its own, below the key")
        }
        guard says("found character that cannot start any token"), let first = after.first else { return nil }
        return plain("a text cannot begin with \(Character(Unicode.Scalar(first)))", hint: "quote it")
    }

    private var escape: Problem? {
        guard says("found unknown escape") else { return nil }
        return plain(
            "this is no escape of double quotes", hint: "use single quotes, or write the backslash twice")
    }

    /// `a: b: c`, and `{en: note: this}`.
    private var colonInValue: Problem? {
        guard after.first == UInt8(ascii: ":"),
            says("mapping values are not allowed") || during("parsing a flow mapping")
                || during("parsing a flow sequence"), hasColonAndSpace(before)
        else { return nil }
        return plain("a second \": \" in one value", hint: "quote a value that holds \": \"")
    }

    private var flow: Problem? {
        guard during("parsing a flow mapping") || during("parsing a flow sequence") else { return nil }
        let opening = during("parsing a flow mapping") ? "{" : "["
        let closing = during("parsing a flow mapping") ? "}" : "]"
        return plain(
            "expected \",\" or \"\(closing)\" here",
            hint: "close the \(opening), separate values by commas, and quote a text that holds any of , [ ] { }",
            note: "the \(opening) is here")
    }

    /// A line that should have been `key: value` or `- value`.
    private var simpleKey: Problem? {
        if says("could not find expected ':'"), let key = failure.contextPlace {
            return plain(
                "this line is neither \"key: value\" nor \"- value\"", hint: missingSpace(in: key.line), at: key)
        }
        guard says("mapping values are not allowed") else { return nil }
        var above = line - 1
        while above > 1, lines.line(above).allSatisfy({ $0 == UInt8(ascii: " ") }) { above -= 1 }
        if above >= 1, !hasColonAndSpace(lines.line(above)), let hint = missingSpace(in: above) {
            return plain("a key cannot stand here", hint: "line \(above): \(hint)")
        }
        return plain(
            "a key cannot stand here", hint: "the line above already has a value: check the indentation of both")
    }

    private func missingSpace(in number: Int) -> String? {
        let text = lines.line(number).drop { $0 == UInt8(ascii: " ") }
        if text.first == UInt8(ascii: "-"), text.dropFirst().first != UInt8(ascii: " ") {
            return "put a space after the -"
        }
        return text.contains(UInt8(ascii: ":")) ? "put a space after the colon" : nil
    }

    private var indentation: Problem? {
        guard
            says("did not find expected key") || says("did not find expected '-' indicator")
                || says("did not find expected node content") || says("did not find expected <document start>")
        else { return nil }
        if let first = after.first, first == UInt8(ascii: "]") || first == UInt8(ascii: "}") {
            return plain("nothing is open that this could close", hint: nil)
        }
        guard before.allSatisfy({ $0 == UInt8(ascii: " ") }) else {
            return plain(
                "text after the end of a value",
                hint: "quote the whole value; inside '…' an apostrophe is written twice, inside \"…\" a quote is \\\"")
        }
        return plain(
            "this line does not fit the block it is in", hint: "align it with the lines it belongs to",
            note: "the block begins here")
    }

    private func hasColonAndSpace(_ text: ArraySlice<UInt8>) -> Bool {
        zip(text, text.dropFirst()).contains { $0 == UInt8(ascii: ":") && $1 == UInt8(ascii: " ") }
    }
}
