// SPDX-License-Identifier: GPL-3.0-or-later

/// Operands: names, literals, lists, maps, what stands in parentheses.
extension Parser {
    mutating func parsePrimary() -> Tree.ID {
        let current = token
        switch current.kind {
        case .identifier: return parseName(absolute: false, start: current.start)
        case .dot:
            advance()
            guard token.kind == .identifier else {
                fail("a name is missing after `.`, found \(describe(token))")
                return invalid()
            }
            return parseName(absolute: true, start: current.start)
        case .int, .uint, .double: return parseNumber(startingAt: current.start, negative: false)
        case .string, .bytes: return parseQuoted()
        case .true, .false: return addLiteral(Value(.bool(current.kind == .true)), advance())
        case .null: return addLiteral(Value(.null), advance())
        case .leftParenthesis: return parseParenthesized()
        case .leftBracket: return parseList()
        case .leftBrace: return parseMap()
        case .invalid:
            advance()
            return invalid()
        case .reserved:
            fail("`\(text(of: current))` is a reserved word", hint: "a field of that name is written after a dot")
            return invalid()
        default:
            fail("an expression is missing here, found \(describe(current))")
            return invalid()
        }
    }

    mutating func parseName(absolute: Bool, start: Int) -> Tree.ID {
        let nameToken = advance()
        let name = text(of: nameToken)
        if token.kind == .leftParenthesis { return parseCall(name, nameToken, receiver: nil, absolute: absolute) }
        tree.names.append(name)
        return add(.name(Tree.Index(tree.names.count - 1), absolute: absolute), start: start, mark: nameToken.start)
    }

    mutating func parseParenthesized() -> Tree.ID {
        let start = advance().start
        let inner = parseExpression()
        guard expect(.rightParenthesis, "`)`") else { return invalid() }
        tree.spans[Int(inner)].start = Int32(start)
        tree.spans[Int(inner)].end = Int32(previousEnd)
        return inner
    }

    mutating func parseNumber(startingAt start: Int, negative: Bool) -> Tree.ID {
        let current = advance()
        let digits = lexer.bytes[current.start..<current.end]
        switch current.kind {
        case .int:
            if let magnitude = parseMagnitude(digits), let value = Self.int(magnitude, negative) {
                return addLiteral(Value(.int(value)), current, start: start)
            }
        case .uint:
            if let magnitude = parseMagnitude(digits.dropLast()) {
                return addLiteral(Value(.uint(magnitude)), current, start: start)
            }
        default:
            if let magnitude = Double(text(of: current)), magnitude.isFinite {
                return addLiteral(Value(.double(negative ? -magnitude : magnitude)), current, start: start)
            }
        }
        report("the number `\(text(of: current))` is out of range", current.start, current.end)
        return invalid()
    }

    static func int(_ magnitude: UInt64, _ negative: Bool) -> Int64? {
        if !negative { return Int64(exactly: magnitude) }
        return magnitude == Int64.min.magnitude ? Int64.min : Int64(exactly: magnitude).map { -$0 }
    }

    mutating func parseQuoted() -> Tree.ID {
        let current = advance()
        let literal = QuotedLiteral(current, in: lexer.bytes)
        if let problem = literal.problem {
            report(problem.message, problem.offset, problem.offset + problem.length)
            return invalid()
        }
        if current.kind == .bytes { return addLiteral(Value(.bytes(literal.content)), current) }
        return addLiteral(Value(.string(String(decoding: literal.content, as: UTF8.self))), current)
    }

    mutating func parseList() -> Tree.ID {
        let start = advance().start
        let base = pending.count
        while token.kind != .rightBracket, !hasStopped {
            pending.append(parseOptionalElement())
            if !separate(before: .rightBracket) { break }
        }
        let complete = expect(.rightBracket, "`,` or `]`")
        let run = takePending(from: base)
        return complete ? add(.list(run), start: start, mark: start, overRun: run) : invalid()
    }

    /// `{key: value}`, `{?key: optional}`
    mutating func parseMap() -> Tree.ID {
        let start = advance().start
        let base = pending.count
        while token.kind != .rightBrace, !hasStopped {
            let mark = token.start
            let isOptional = token.kind == .question
            if isOptional { advance() }
            pending.append(parseExpression())
            guard expect(.colon, "`:` and the value") else { break }
            let value = parseExpression()
            pending.append(isOptional ? add(.optionalElement(value), mark: mark, over: value) : value)
            if !separate(before: .rightBrace) { break }
        }
        let complete = expect(.rightBrace, "`,` or `}`")
        let run = takePending(from: base)
        return complete ? add(.map(run), start: start, mark: start, overRun: run) : invalid()
    }

    mutating func parseOptionalElement() -> Tree.ID {
        guard token.kind == .question else { return parseExpression() }
        let mark = advance().start
        let value = parseExpression()
        return add(.optionalElement(value), start: mark, mark: mark, over: value)
    }
}
