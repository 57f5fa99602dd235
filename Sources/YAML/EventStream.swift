// SPDX-License-Identifier: GPL-3.0-or-later

private import CYAML

/// One of libyaml's events as a Swift value.
struct Event {
    enum Kind {
        case documentStart, documentEnd, alias, scalar, sequenceStart, mappingStart, collectionEnd
    }

    var kind: Kind
    /// Line, from 1.
    var line: Int
    /// Column in characters, from 1.
    var column: Int
    /// A scalar's text, an alias' name.
    var text = ""
    var isPlain = false
    var anchor: String?
    var tag: String?
}

/// libyaml's parser over bytes: the only file of this module that touches C.
enum EventStream {
    /// Why libyaml gave up.
    struct Failure {
        /// What libyaml says, and what it was doing then ("while parsing a block mapping").
        var message: String
        var context: String
        /// From 1; nil for a byte that is no text, which `byteOffset` names.
        var place: (line: Int, column: Int)?
        var contextPlace: (line: Int, column: Int)?
        var byteOffset: Int
    }

    /// Hands the events of `bytes` to `body` until it answers false. Returns why it ended early, nil at the end of the
    /// stream or when `body` had enough.
    static func forEach(in bytes: [UInt8], _ body: (Event) -> Bool) -> Failure? {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { unsafe parser.deallocate() }  // allocated above, freed once
        // yaml_parser_initialize() sets every field; it fails only for lack of memory.
        guard unsafe yaml_parser_initialize(parser) == 1 else {
            return Failure(message: "out of memory", context: "", byteOffset: 0)
        }
        defer { unsafe yaml_parser_delete(parser) }  // initialised above, deleted once
        // The input outlives the parser's use of it: every event is taken inside this closure.
        return unsafe bytes.withUnsafeBufferPointer { input in
            unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
            unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
            while true {
                var raw = unsafe yaml_event_t()
                guard unsafe yaml_parser_parse(parser, &raw) == 1 else { return unsafe failure(of: parser.pointee) }
                defer { unsafe yaml_event_delete(&raw) }  // filled by the call above
                if unsafe raw.type == YAML_STREAM_END_EVENT { return nil }
                if let event = unsafe event(raw), !body(event) { return nil }
            }
        }
    }

    /// Copies what libyaml owns: its pointers live until yaml_event_delete().
    private static func event(_ raw: yaml_event_t) -> Event? {
        let line = unsafe Int(clamping: raw.start_mark.line) + 1
        let column = unsafe Int(clamping: raw.start_mark.column) + 1
        switch unsafe raw.type {
        case YAML_SCALAR_EVENT:
            let scalar = unsafe raw.data.scalar
            // libyaml says where the text is and how long; both are its own.
            let text = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return unsafe Event(
                kind: .scalar, line: line, column: column, text: String(decoding: text, as: UTF8.self),
                isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE, anchor: string(scalar.anchor), tag: string(scalar.tag)
            )
        case YAML_MAPPING_START_EVENT:
            let mapping = unsafe raw.data.mapping_start
            return unsafe Event(
                kind: .mappingStart, line: line, column: column, anchor: string(mapping.anchor),
                tag: string(mapping.tag))
        case YAML_SEQUENCE_START_EVENT:
            let sequence = unsafe raw.data.sequence_start
            return unsafe Event(
                kind: .sequenceStart, line: line, column: column, anchor: string(sequence.anchor),
                tag: string(sequence.tag))
        case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT:
            return Event(kind: .collectionEnd, line: line, column: column)
        case YAML_ALIAS_EVENT:
            return unsafe Event(
                kind: .alias, line: line, column: column, text: string(raw.data.alias.anchor) ?? "")
        case YAML_DOCUMENT_START_EVENT: return Event(kind: .documentStart, line: line, column: column)
        case YAML_DOCUMENT_END_EVENT: return Event(kind: .documentEnd, line: line, column: column)
        default: return nil
        }
    }

    /// libyaml's anchors and tags end with NUL; nil where there is none.
    private static func string(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        guard let text = unsafe text else { return nil }
        return unsafe String(cString: text)
    }

    private static func failure(of parser: yaml_parser_t) -> Failure {
        func place(_ mark: yaml_mark_t) -> (line: Int, column: Int) {
            (Int(clamping: mark.line) + 1, Int(clamping: mark.column) + 1)
        }
        // libyaml's messages are literals in its own text, or nil.
        let message = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "out of memory"
        let context = unsafe parser.context.map { unsafe String(cString: $0) } ?? ""
        let isReader = unsafe parser.error == YAML_READER_ERROR
        return unsafe Failure(
            message: message, context: context, place: isReader ? nil : place(parser.problem_mark),
            contextPlace: context.isEmpty ? nil : place(parser.context_mark),
            byteOffset: Int(clamping: parser.problem_offset))
    }
}
