// SPDX-License-Identifier: GPL-3.0-or-later

/// Makes trees of events. What is wrong is written down and work goes on, so that all of it is found in one run.
struct TreeBuilder {
    private(set) var documents: [Node] = []
    private let limits: YAML.Limits
    private var problems: [Problem] = []
    /// Finished nodes that wait for their parent's end; a mapping's are key, value, key, value.
    private var pending: [Node] = []
    private var open: [Frame] = []
    private var anchors: [String: Anchor] = [:]
    /// Nodes so far, aliases expanded, and those of them that came from aliases.
    private var nodeCount = 0
    private var aliasCount = 0
    private var hasEnded = false

    /// A collection that has begun.
    private struct Frame {
        var isMapping: Bool
        var line: Int
        var column: Int
        var anchor: String?
        /// Where its children begin in `pending`.
        var firstChild: Int
        /// `nodeCount` when it began.
        var nodesBefore: Int
        /// The greatest height of its children.
        var height = 0
    }

    /// A node that aliases may repeat.
    private struct Anchor {
        var node: Node
        var nodes: Int
        var height: Int
    }

    init(limits: YAML.Limits) { self.limits = limits }

    /// In the order of places; of one place in the order they were found.
    var sortedProblems: [Problem] {
        problems.enumerated()
            .sorted {
                ($0.element.line, $0.element.column, $0.offset) < ($1.element.line, $1.element.column, $1.offset)
            }
            .map(\.element)
    }

    /// Takes the next event; false when nothing more is wanted.
    mutating func take(_ event: Event) -> Bool {
        switch event.kind {
        case .scalar: scalar(event)
        case .mappingStart, .sequenceStart: begin(event)
        case .collectionEnd: end()
        case .alias: alias(event)
        case .documentStart: anchors = [:]
        case .documentEnd:
            documents.append(contentsOf: pending)
            pending = []
        }
        return !hasEnded
    }

    /// The stream broke off: what is still open is looked at for duplicates, then dropped.
    mutating func fail(_ problem: Problem) {
        var end = pending.count
        for frame in open.reversed() {
            if frame.isMapping { _ = entries(of: frame.firstChild..<end) }
            end = frame.firstChild
        }
        problems.append(problem)
    }

    private mutating func report(
        _ code: String, _ line: Int, _ column: Int, _ message: String, hint: String? = nil, related: [Problem.Note] = []
    ) {
        guard !hasEnded else { return }
        problems.append(
            Problem(code, line: line, column: column, message: message, hint: hint, related: related))
        guard problems.count >= limits.problems else { return }
        hasEnded = true
        problems.append(
            Problem("Y003", line: line, column: column, message: "\(limits.problems) problems: the rest is not read"))
    }

    // MARK: Nodes

    private mutating func scalar(_ event: Event) {
        var text = event.text
        if text.utf8.count > limits.scalarBytes {
            report(
                "Y003", event.line, event.column,
                "this text has \(text.utf8.count) bytes; at most \(limits.scalarBytes) are accepted")
            text = ""
        }
        let isText = checkTag(event)
        let content = Node.Content.scalar(.init(text: text, isPlain: event.isPlain && !isText))
        guard count(1, event) else { return }
        finish(
            Node(line: event.line, column: event.column, content: content), anchor: event.anchor, nodes: 1, height: 0)
    }

    private mutating func begin(_ event: Event) {
        if checkTag(event) { wrongTag("!!str", event) }
        guard count(1, event) else { return }
        guard open.count < limits.depth else {
            // Not read on: libyaml's time grows with the square of the depth of [ and {.
            report(
                "Y003", event.line, event.column, "nested deeper than \(limits.depth) levels: the rest is not read")
            hasEnded = true
            return
        }
        open.append(
            Frame(
                isMapping: event.kind == .mappingStart, line: event.line, column: event.column, anchor: event.anchor,
                firstChild: pending.count, nodesBefore: nodeCount - 1))
    }

    private mutating func end() {
        guard let frame = open.popLast(), frame.firstChild <= pending.count else { return }
        let children = frame.firstChild..<pending.count
        let content: Node.Content =
            frame.isMapping ? .mapping(entries(of: children)) : .sequence(Array(pending[children]))
        pending.removeSubrange(children)
        finish(
            Node(line: frame.line, column: frame.column, content: content), anchor: frame.anchor,
            nodes: nodeCount - frame.nodesBefore, height: frame.height + 1)
    }

    private mutating func finish(_ node: Node, anchor: String?, nodes: Int, height: Int) {
        pending.append(node)
        if !open.isEmpty { open[open.count - 1].height = max(open[open.count - 1].height, height) }
        if let anchor { anchors[anchor] = Anchor(node: node, nodes: nodes, height: height) }
    }

    private mutating func count(_ nodes: Int, _ event: Event) -> Bool {
        nodeCount += nodes
        guard nodeCount > limits.nodes else { return true }
        report("Y003", event.line, event.column, "more than \(limits.nodes) values in one file: the rest is not read")
        hasEnded = true
        return false
    }

    /// True for the one tag that is accepted: `!!str`, which makes any scalar text.
    private mutating func checkTag(_ event: Event) -> Bool {
        guard let tag = event.tag else { return false }
        if tag == "tag:yaml.org,2002:str" { return true }
        wrongTag(tag, event)
        return false
    }

    private mutating func wrongTag(_ tag: String, _ event: Event) {
        report(
            "Y020", event.line, event.column, "the tag \(tag) is not accepted",
            hint: "leave the tag out; quote a text that begins with !")
    }

    // MARK: Aliases

    private mutating func alias(_ event: Event) {
        let quote = "quote a text that begins with *"
        guard let anchor = anchors[event.text] else {
            let isOpen = open.contains { $0.anchor == event.text }
            report(
                "Y021", event.line, event.column,
                isOpen
                    ? "the alias *\(event.text) is inside what it repeats"
                    : "no &\(event.text) comes before this alias",
                hint: isOpen ? nil : quote)
            guard count(1, event) else { return }
            finish(.empty(event), anchor: nil, nodes: 1, height: 0)
            return
        }
        aliasCount += anchor.nodes
        guard aliasCount <= limits.aliasNodes else {
            report(
                "Y022", event.line, event.column,
                "the aliases of this file expand to more than \(limits.aliasNodes) values",
                related: [.init(line: anchor.node.line, column: anchor.node.column, note: "&\(event.text) is here")])
            hasEnded = true
            return
        }
        guard count(anchor.nodes, event) else { return }
        guard open.count + anchor.height <= limits.depth else {
            report("Y003", event.line, event.column, "this alias nests deeper than \(limits.depth) levels")
            finish(.empty(event), anchor: nil, nodes: 1, height: 0)
            return
        }
        finish(anchor.node, anchor: nil, nodes: anchor.nodes, height: anchor.height)
    }

    // MARK: Keys

    /// The entries of a mapping whose keys and values are these of `pending`. (Indices, not a slice: a slice held while
    /// `pending` shrinks would copy all of it each time.)
    private mutating func entries(of children: Range<Int>) -> [Node.Entry] {
        var entries: [Node.Entry] = []
        entries.reserveCapacity(children.count / 2)
        // Few keys are compared one by one, many are looked up.
        var index: [String: Int]? = children.count > 32 ? [:] : nil
        for position in stride(from: children.lowerBound, to: children.upperBound - 1, by: 2) {
            let key = pending[position]
            let value = pending[position + 1]
            guard case .scalar(let scalar) = key.content else {
                report(
                    "Y024", key.line, key.column, "a key must be a text, not a list or a mapping",
                    hint: "quote a text that begins with [ or {")
                continue
            }
            if scalar.isPlain, scalar.text == "<<" {
                report(
                    "Y023", key.line, key.column, "merge keys (<<) are not accepted",
                    hint: "write the keys out, or repeat a whole value with an alias")
                continue
            }
            // Swift's == is canonical equivalence: two keys that look the same on the screen are one key.
            let first = index.map { $0[scalar.text] } ?? entries.firstIndex { $0.key.text == scalar.text }
            if let first {
                let known = entries[first].key
                report(
                    "Y010", key.line, key.column,
                    "the key \"\(scalar.text)\" is there twice: lines \(known.line) and \(key.line)",
                    hint: "keep one of them",
                    related: [.init(line: known.line, column: known.column, note: "first here")])
                continue
            }
            index?[scalar.text] = entries.count
            entries.append(Node.Entry(key: key, value: value))
        }
        return entries
    }
}

extension Node {
    /// What stands in for a value that was refused.
    fileprivate static func empty(_ event: Event) -> Node {
        Node(line: event.line, column: event.column, content: .scalar(.init(text: "", isPlain: true)))
    }
}
