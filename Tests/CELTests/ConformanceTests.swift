// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Foundation
import Testing

/// Every case of google/cel-spec's simple tests that needs no protocol buffer message, read from
/// `$GUAITA_CORPORA/cel/conformance.json`.
struct ConformanceTests {
    /// Cases this implementation leaves out, `file/section/name`, each with its reason.
    static let skipped: [String: String] = [:]

    static let corpus = ProcessInfo.processInfo.environment["GUAITA_CORPORA"].map { "\($0)/cel/conformance.json" }

    @Test(.enabled(if: corpus != nil, "GUAITA_CORPORA is not set: the CEL conformance cases were not run"))
    func conformance() throws {
        let path = try #require(Self.corpus)
        let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path))) as? [String: Any]
        let cases = try #require(json?["tests"] as? [[String: Any]]).map(ConformanceCase.init)
        var passed = 0
        var skipped = 0
        var failures: [String] = []
        for each in cases {
            if let reason = Self.skipped[each.id] ?? each.unsupported {
                skipped += 1
                print("cel: skipped \(each.id): \(reason)")
            } else if let failure = each.failure() {
                failures.append("\(each.id): \(each.expression): \(failure)")
            } else {
                passed += 1
            }
        }
        for failure in failures { print("cel: failed \(failure)") }
        print("cel: \(passed) passed, \(failures.count) failed, \(skipped) skipped")
        #expect(!cases.isEmpty)
        #expect(passed * 100 >= cases.count * 98, "fewer than 98 % of the cases pass")
    }
}

/// One case of the corpus.
struct ConformanceCase {
    let id: String
    let expression: String
    private let container: String
    private let isChecked: Bool
    private let bindings: [String: [Any]]
    private let expected: [Any]

    init(_ json: [String: Any]) {
        func text(_ key: String) -> String { json[key] as? String ?? "" }
        id = "\(text("file"))/\(text("section"))/\(text("name"))"
        expression = text("expr")
        container = text("container")
        isChecked = json["disable_check"] as? Bool != true
        bindings = json["bindings"] as? [String: [Any]] ?? [:]
        expected = json["expect"] as? [Any] ?? []
    }

    private var expectsError: Bool { expected.first as? String == "error" }

    /// Why the case cannot be run: it speaks of a kind of value the corpus writes in no way known here.
    var unsupported: String? {
        for value in bindings.values + (expectsError ? [] : [expected]) where Value(conformance: value) == nil {
            return "a value of kind `\(value.first ?? "")`"
        }
        return nil
    }

    /// What is wrong, nil when the case passes. An error may come from the check or from the evaluation.
    func failure() -> String? {
        let values = bindings.compactMapValues { Value(conformance: $0) }
        let variables = values.map { Variable($0.key, $0.value.deducedType) }
        let environment = Environment(variables: variables, container: container, limits: .unrestricted)
        let program: Program
        do {
            program = try environment.compile(expression, check: isChecked)
        } catch {
            return expectsError ? nil : error.diagnostics.map { $0.rendered(in: expression) }.joined(separator: "\n")
        }
        let result = program.evaluate(Bindings(values)) { name in
            (try? Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\(name)"))).map { [UInt8]($0) }
        }.value
        if case .error(let error) = result.kind { return expectsError ? nil : "error: \(error.message)" }
        guard !expectsError, let wanted = Value(conformance: expected) else { return "no error: \(result.kind)" }
        return result.isSame(as: wanted) ? nil : "\(result.kind) is not \(wanted.kind)"
    }
}

extension Value {
    /// A value as the corpus writes it: `["int", "42"]`, `["list", [["bool", true]]]`.
    init?(conformance json: [Any]) {
        guard let kind = json.first as? String else { return nil }
        let payload = json.dropFirst().first
        let text = payload as? String
        switch (kind, payload) {
        case ("null", _): self.init(.null)
        case ("bool", let bool as Bool): self.init(.bool(bool))
        case ("int", _):
            guard let int = text.flatMap({ Int64($0) }) else { return nil }
            self.init(.int(int))
        case ("uint", _):
            guard let uint = text.flatMap({ UInt64($0) }) else { return nil }
            self.init(.uint(uint))
        case ("double", _):
            guard let double = text.flatMap({ Double($0) }) else { return nil }
            self.init(.double(double))
        case ("string", let string as String): self.init(.string(string))
        case ("bytes_base64", let string as String):
            guard let data = Data(base64Encoded: string) else { return nil }
            self.init(.bytes([UInt8](data)))
        case ("list", let elements as [[Any]]):
            let values = elements.compactMap { Value(conformance: $0) }
            guard values.count == elements.count else { return nil }
            self.init(.list(values))
        case ("map", let entries as [[[Any]]]):
            let pairs = entries.compactMap { entry -> (Value, Value)? in
                guard entry.count == 2, let key = Value(conformance: entry[0]), let value = Value(conformance: entry[1])
                else { return nil }
                return (key, value)
            }
            guard pairs.count == entries.count else { return nil }
            self.init(.map(MapValue(pairs)))
        case ("type", let name as String): self.init(.type(.opaque(name)))
        default: return nil
        }
    }

    /// The type to declare for a variable that has this value.
    var deducedType: ValueType {
        func common(_ types: [ValueType]) -> ValueType {
            guard let first = types.first, types.allSatisfy({ $0 == first }) else { return .dyn }
            return first
        }
        switch kind {
        case .list(let elements): return .list(common(elements.map(\.deducedType)))
        case .map(let map):
            return .map(common(map.pairs.map(\.key.deducedType)), common(map.pairs.map(\.value.deducedType)))
        default: return runtimeType
        }
    }

    /// Equal and of the same kind all the way down; NaN is the same as NaN.
    func isSame(as other: Value) -> Bool {
        switch (kind, other.kind) {
        case (.double(let a), .double(let b)): return a == b || a.isNaN && b.isNaN
        case (.list(let a), .list(let b)): return a.count == b.count && zip(a, b).allSatisfy { $0.isSame(as: $1) }
        case (.map(let a), .map(let b)):
            return a.count == b.count && a.pairs.allSatisfy { b[$0.key]?.isSame(as: $0.value) ?? false }
        case (.type(let a), .type(let b)): return a.runtimeName == b.runtimeName
        default: return runtimeType == other.runtimeType && celEquals(self, other)
        }
    }
}
