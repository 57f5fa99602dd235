// SPDX-License-Identifier: GPL-3.0-or-later

import Jobs
import Model
import Rules
import Scan
import Wire

/// The rules that a loadRules job accepted, in a form that a scan loads fast: files without the rules' tests, and which
/// rules are in which. A worker writes it and workers read it; the broker only keeps it.
struct RuleBundle: Sendable {
    /// A rule file.
    struct File: Sendable {
        /// Its path, as findings and problems name it.
        var path: String
        /// Its bytes, without tests.
        var bytes: [UInt8]
        /// The ids of the rules of the set that are in it.
        var rules: [String]
    }

    /// The files, in the order they were read.
    var files: [File]
    /// How many rules, and the digest over the whole files.
    var ruleSet: Report.RuleSetSummary
    /// What is wrong with rules that were not accepted, at most `rejectedLimit`.
    var rejected: [Report.Problem]

    /// More rejected rules than this are not listed in reports.
    static let rejectedLimit = 1000
    /// The most bytes of a bundle: as many as rule files may have, and what surrounds them.
    static let bytes = 128 << 20

    /// The rules of these ids, sorted by id; nil: all.
    func rules(_ ids: Set<String>? = nil) -> [Rule] {
        let wanted = files.filter { file in ids.map { !$0.isDisjoint(with: file.rules) } ?? true }
        var accepted: [String: String] = [:]
        for file in wanted {
            for id in file.rules where ids?.contains(id) ?? true { accepted[id] = file.path }
        }
        let set = RuleLoader(.scan).load(wanted.map { RuleFile(path: $0.path, bytes: $0.bytes) })
        return set.rules.filter { accepted[$0.id] == $0.origin.path }
    }
}

extension RuleBundle {
    /// A bundle of what was read and loaded.
    init(_ files: RuleFiles, _ set: RuleSet, rejected: [Report.Problem]) {
        let ids = Dictionary(grouping: set.rules.indices, by: { set.rules[$0].origin.path })
        self.files = files.files.compactMap { file in
            guard let rules = ids[file.path] else { return nil }
            return File(path: file.path, bytes: file.withoutTests.bytes, rules: rules.map { set.rules[$0].id })
        }
        ruleSet = Report.RuleSetSummary(count: set.rules.count, sha256: files.digest)
        self.rejected = Array(rejected.prefix(Self.rejectedLimit))
    }
}

extension RuleBundle: WireCodable {
    func write(to writer: inout WireWriter) {
        files.write(to: &writer)
        ruleSet.write(to: &writer)
        rejected.write(to: &writer)
    }

    init(from reader: inout WireReader) throws(WireError) {
        self.init(files: try reader.next(), ruleSet: try reader.next(), rejected: try reader.next())
    }
}

extension RuleBundle.File: WireCodable {
    func write(to writer: inout WireWriter) {
        writer.write(path)
        writer.write(bytes)
        rules.write(to: &writer)
    }

    init(from reader: inout WireReader) throws(WireError) {
        self.init(path: try reader.next(), bytes: try reader.byteArray(), rules: try reader.next())
    }
}
