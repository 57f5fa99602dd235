// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
public import Host
public import Model

/// One subject: declares its part of the catalogue and collects it. Adding a subject is one file, one line in
/// `All.swift`, one test and one fixture.
public protocol Collector: Sendable {
    /// What is collected here, in catalogue order: the collector's roots.
    var declarations: [FactDeclaration] { get }
    /// Names of roots of other collectors that must be there first.
    var needs: [String] { get }
    /// One value for each declaration, in the same order. `.absent` is "not on this host" (`has(sshd)` is false);
    /// `.unknown` is "could not be had". Never traps, never throws: a failure is a value.
    func collect(_ collection: Collection) -> [Value]
    /// The same facts as they answer one asker, as `user=root,addr=203.0.113.9`; nil when this subject does not
    /// depend on who asks. A key it does not know is an error in words.
    func answer(_ question: [String: String], _ collection: Collection) throws(QuestionError) -> [Value]?
}

extension Collector {
    /// What the collector is called: its first root.
    public var name: String { declarations.first?.name ?? "" }
    /// Nothing.
    public var needs: [String] { [] }
    /// Does not depend on who asks.
    public func answer(_ question: [String: String], _ collection: Collection) throws(QuestionError) -> [Value]? { nil }
}

/// A question this subject cannot answer, in words.
public struct QuestionError: Error, Sendable, Hashable {
    /// What is wrong and which keys there are.
    public var message: String

    /// A question this subject cannot answer.
    public init(_ message: String) { self.message = message }
}

/// A root of the catalogue: `sshd`, `kernel`, `certificates`.
public struct FactDeclaration: Sendable {
    /// The name rules use.
    public let name: String
    /// Its type.
    public let type: ValueType
    /// What it is, in English.
    public let documentation: String
    /// An expression over it that is worth showing.
    public let example: String

    /// A root of the catalogue.
    public init(_ name: String, _ type: ValueType, _ documentation: String, example: String) {
        self.name = name
        self.type = type
        self.documentation = documentation
        self.example = example
    }
}

/// What a collector works with: the host, the clock, what was collected before, and where to put provenance and
/// trouble. One scan is one collection, used from one task.
public final class Collection {
    /// The host; what is read through it is recorded for the collector at work.
    public let host: any Host
    /// The moment of the scan (`--at`, or the clock).
    public let now: Timestamp
    /// Where values come from.
    public private(set) var sources = SourceTable()
    /// Roots collected so far.
    public internal(set) var facts: [String: Value] = [:]
    /// What could not be read or parsed, in the order it was met.
    public private(set) var problems: [Report.Problem] = []
    /// What is read once for several collectors, by name.
    private var shared: [String: AnyObject] = [:]
    /// The collector at work, by the name of its first root.
    private var current = ""
    /// For each collector, the names of what it shares with others.
    public private(set) var subjects: [String: Set<String>] = [:]
    /// Keys that rules name literally under a root (`files["/etc/shadow"]` asks `files` for `/etc/shadow`).
    public let requestedKeys: [String: [String]]

    /// A collection over a host at a moment.
    public init(host: any Host, now: Timestamp, requestedKeys: [String: [String]] = [:]) {
        self.host = host
        self.now = now
        self.requestedKeys = requestedKeys
    }

    /// Runs a collector and keeps its roots.
    public func collect(_ collector: any Collector) {
        current = collector.name
        for (declaration, value) in zip(collector.declarations, collector.collect(self)) {
            facts[declaration.name] = value
        }
    }

    /// Leaves a collector out: its roots could not be had.
    public func leaveOut(_ collector: any Collector, because reason: String) {
        for declaration in collector.declarations { facts[declaration.name] = .unknown(declaration.name, reason) }
    }

    /// Puts back a root of an earlier scan.
    public func restore(_ root: String, _ value: Value) { facts[root] = value }

    /// What more than one collector reads alike, made by the first that asks. It asks the host in its own name, and
    /// `subjects` says who depends on it: a collector is not judged by what another read of it.
    func shared<Subject: AnyObject>(_ name: String, _ make: (any Host) -> Subject) -> Subject {
        subjects[current, default: []].insert(name)
        if let known = shared[name] as? Subject { return known }
        let subject = make(host.asked(by: name))
        shared[name] = subject
        return subject
    }

    /// Asks a collector for one asker's answer and keeps it; false when the subject does not depend on who asks.
    public func answer(_ question: [String: String], by collector: any Collector) throws(QuestionError) -> Bool {
        guard let values = try collector.answer(question, self) else { return false }
        for (declaration, value) in zip(collector.declarations, values) { facts[declaration.name] = value }
        return true
    }

    /// Remembers where a value comes from.
    public func source(_ source: Source) -> SourceID { sources.add(source) }

    /// Remembers a place where a value is written.
    public func source(_ path: String, _ line: Int = 0, column: Int = 0, text: String = "", means: Source.Means = .set)
        -> SourceID
    {
        sources.add(Source(Origin(path: path, line: line, column: column), means: means, text: text))
    }

    /// Remembers what could not be read or parsed. It never hides other results.
    public func report(_ origin: Origin, _ message: String) {
        problems.append(Report.Problem(origin: origin, message: message))
    }
}
