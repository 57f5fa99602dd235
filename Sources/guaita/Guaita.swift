// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser

@main
struct Guaita: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "guaita", abstract: "keeps watch over a server")
}
