// SPDX-License-Identifier: GPL-3.0-or-later

/// What a value writes itself to, at one place of the document.
struct JSONNodeEncoder: Encoder {
    let node: JSONNode
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        node.becomeObject()
        return KeyedEncodingContainer(Members(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.becomeArray()
        return Elements(encoder: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { Single(encoder: self) }

    /// An encoder at another place, below this one.
    private func below(_ place: JSONNode, _ key: (any CodingKey)? = nil) -> JSONNodeEncoder {
        JSONNodeEncoder(node: place, codingPath: codingPath + (key.map { [$0] } ?? []))
    }

    private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let encoder: JSONNodeEncoder
        var codingPath: [any CodingKey] { encoder.codingPath }

        private func place(_ key: any CodingKey) -> JSONNodeEncoder {
            encoder.below(encoder.node.member(key.stringValue), key)
        }

        func encodeNil(forKey key: Key) { place(key).node.setNull() }

        func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
            let place = place(key)
            try place.node.set(value, codingPath: place.codingPath)
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) -> KeyedEncodingContainer<Nested> {
            place(key).container(keyedBy: type)
        }

        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { place(key).unkeyedContainer() }

        /// Only classes ask for it.
        func superEncoder() -> any Encoder { encoder }

        func superEncoder(forKey key: Key) -> any Encoder { place(key) }
    }

    private struct Elements: UnkeyedEncodingContainer {
        let encoder: JSONNodeEncoder
        var codingPath: [any CodingKey] { encoder.codingPath }
        var count: Int { encoder.node.count }

        private func place() -> JSONNodeEncoder { encoder.below(encoder.node.appended()) }

        func encodeNil() { place().node.setNull() }

        func encode<Value: Encodable>(_ value: Value) throws { try place().node.set(value, codingPath: codingPath) }

        func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
            place().container(keyedBy: type)
        }

        func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { place().unkeyedContainer() }

        /// Only classes ask for it.
        func superEncoder() -> any Encoder { place() }
    }

    private struct Single: SingleValueEncodingContainer {
        let encoder: JSONNodeEncoder
        var codingPath: [any CodingKey] { encoder.codingPath }

        func encodeNil() { encoder.node.setNull() }

        func encode<Value: Encodable>(_ value: Value) throws { try encoder.node.set(value, codingPath: codingPath) }
    }
}
