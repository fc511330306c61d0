extension String {
    /// Control and direction characters become spaces: a name moves nobody's cursor and turns no line around. Joiners stay, which words and
    /// emoji are made with.
    var plain: String {
        String(UnicodeScalarView(unicodeScalars.map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .surrogate: " "
            case .format: scalar == "\u{200D}" || scalar == "\u{200C}" ? scalar : " "
            default: scalar
            }
        }))
    }
}
