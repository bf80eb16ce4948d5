using System.Globalization;
using Plumbline.Models.Chat.Jinja.Library;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>Reads expressions, by Jinja's order of precedence: if-else, or, and, not, comparison, + and -, ~, * / // %, **, sign, then what follows a value.</summary>
/// <remarks>Filters and tests bind closer than arithmetic. Source: parser.py of pallets/jinja 3.1.</remarks>
/// <param name="reader">The tokens.</param>
internal sealed class ExpressionParser(TokenReader reader)
{
    // Words that cannot be the argument of a test written without brackets.
    private static readonly string[] AfterTest = ["else", "or", "and", "is", "if", "in", "not", "recursive"];

    /// <summary>An expression.</summary>
    internal Expression Parse() => Conditional();

    /// <summary>An expression, or several with commas between as a tuple.</summary>
    /// <param name="withConditional">False where an <c>if</c> that follows belongs to the statement.</param>
    internal Expression ParseTuple(bool withConditional = true)
    {
        int line = reader.Line;
        Expression First() => withConditional ? Conditional() : Or();
        Expression first = First();
        if (!reader.IsAt(","))
            return first;
        List<Expression> items = [first];
        while (reader.TryTake(",") && !IsEnd())
            items.Add(First());
        return new ListLiteral(line, items, isTuple: true);
    }

    /// <summary>What a value is given to.</summary>
    internal Expression ParseTarget()
    {
        int line = reader.Line;
        List<Expression> targets = [Target()];
        while (reader.TryTake(","))
            targets.Add(Target());
        return targets is [var only] ? only : new ListLiteral(line, targets, isTuple: true);
    }

    /// <summary>The arguments of a call, its opening bracket taken already.</summary>
    internal ArgumentList Arguments()
    {
        var positional = new List<Expression>();
        var named = new List<(string, Expression)>();
        while (!reader.TryTake(")"))
        {
            if (positional.Count + named.Count > 0)
                reader.Expect(",", "between arguments");
            if (reader.TryTake(")"))
                break;
            if (reader.Next.Kind == TokenKind.Name && reader.IsMarkAfter("="))
            {
                string name = reader.Take().Text;
                reader.Expect("=", "after an argument's name");
                named.Add((name, Parse()));
            }
            else if (named.Count > 0)
                throw reader.Fault("an argument without a name stands after one with a name.");
            else
                positional.Add(Parse());
        }
        return new(positional, named);
    }

    /// <summary>A filter with its arguments, the bar taken already.</summary>
    internal FilterReference FilterName()
    {
        int line = reader.Line;
        string name = reader.ExpectName("where a filter is named");
        Filter filter = Located(line, () => Filters.Find(name));
        return new(line, name, filter, reader.TryTake("(") ? Arguments() : ArgumentList.None);
    }

    private Expression Target()
    {
        if (reader.TryTake("("))
        {
            Expression inner = ParseTarget();
            reader.Expect(")", "after names in brackets");
            return inner;
        }
        int line = reader.Line;
        string name = reader.ExpectName("where a value is given to a name");
        return reader.TryTake(".") ? new AttributeAccess(line, new Variable(line, name), reader.ExpectName("after '.'")) : new Variable(line, name);
    }

    private Expression Conditional()
    {
        StackRoom.Require();
        int line = reader.Line;
        Expression value = Or();
        while (reader.TryTakeWord("if"))
        {
            Expression condition = Or();
            value = new Conditional(line, condition, value, reader.TryTakeWord("else") ? Conditional() : null);
        }
        return value;
    }

    private Expression Or()
    {
        Expression left = And();
        while (reader.IsAtWord("or"))
            left = new Logical(reader.Take().Line, isAnd: false, left, And());
        return left;
    }

    private Expression And()
    {
        Expression left = Negation();
        while (reader.IsAtWord("and"))
            left = new Logical(reader.Take().Line, isAnd: true, left, Negation());
        return left;
    }

    private Expression Negation()
    {
        StackRoom.Require();
        return reader.IsAtWord("not") ? new Not(reader.Take().Line, Negation()) : Compared();
    }

    private Expression Compared()
    {
        int line = reader.Line;
        Expression first = Sum();
        var others = new List<(string, Expression)>();
        while (TakeComparison() is { } operation)
            others.Add((operation, Sum()));
        return others.Count == 0 ? first : new Comparison(line, first, others);
    }

    private string? TakeComparison()
    {
        if (reader.Next is { Kind: TokenKind.Operator, Text: "==" or "!=" or "<" or "<=" or ">" or ">=" })
            return reader.Take().Text;
        if (reader.TryTakeWord("in"))
            return "in";
        if (!reader.IsAtWord("not") || !reader.IsWordAfter("in"))
            return null;
        reader.Take();
        reader.Take();
        return "not in";
    }

    private Expression Sum() => Chain(Joined, "+", "-");

    private Expression Joined()
    {
        int line = reader.Line;
        List<Expression> parts = [Product()];
        while (reader.TryTake("~"))
            parts.Add(Product());
        return parts is [var only] ? only : new Concatenation(line, parts);
    }

    private Expression Product() => Chain(Power, "*", "/", "//", "%");

    private Expression Power() => Chain(() => Signed(withFilters: true), "**");

    private Expression Chain(Func<Expression> operand, params string[] operators)
    {
        Expression left = operand();
        while (reader.Next.Kind == TokenKind.Operator && operators.Contains(reader.Next.Text))
        {
            Token operation = reader.Take();
            left = new Binary(operation.Line, operation.Text, left, operand());
        }
        return left;
    }

    private Expression Signed(bool withFilters)
    {
        StackRoom.Require();
        Expression value = reader.IsAt("-") || reader.IsAt("+")
            ? new Sign(reader.Line, reader.Take().Text == "-", Signed(withFilters: false))
            : Primary();
        value = Postfix(value);
        return withFilters ? Filtered(value) : value;
    }

    private Expression Primary()
    {
        Token token = reader.Take();
        switch (token.Kind)
        {
            case TokenKind.Name:
                return token.Text switch
                {
                    "true" or "True" => new Literal(token.Line, true),
                    "false" or "False" => new Literal(token.Line, false),
                    "none" or "None" => new Literal(token.Line, null),
                    _ => new Variable(token.Line, token.Text),
                };
            case TokenKind.String:
                string text = token.Text;
                while (reader.Next.Kind == TokenKind.String)
                    text += reader.Take().Text;
                return new Literal(token.Line, text);
            case TokenKind.Integer:
                return new Literal(token.Line, long.TryParse(token.Text, CultureInfo.InvariantCulture, out long whole) ? whole : throw new JinjaException($"line {token.Line}: {token.Text} is too large a number."));
            case TokenKind.Float:
                return new Literal(token.Line, double.Parse(token.Text, CultureInfo.InvariantCulture));
            case TokenKind.Operator when token.Text == "(":
                return Bracketed(token.Line);
            case TokenKind.Operator when token.Text == "[":
                return new ListLiteral(token.Line, Items("]"), isTuple: false);
            case TokenKind.Operator when token.Text == "{":
                return MappingItems(token.Line);
            default:
                throw new JinjaException($"line {token.Line}: {token} stands where a value was meant to.");
        }
    }

    private Expression Bracketed(int line)
    {
        if (reader.TryTake(")"))
            return new ListLiteral(line, [], isTuple: true);
        Expression inner = ParseTuple();
        reader.Expect(")", "after a value in brackets");
        return inner;
    }

    private List<Expression> Items(string close)
    {
        var items = new List<Expression>();
        while (!reader.TryTake(close))
        {
            if (items.Count > 0)
                reader.Expect(",", "between elements");
            if (reader.TryTake(close))
                break;
            items.Add(Parse());
        }
        return items;
    }

    private MappingLiteral MappingItems(int line)
    {
        var items = new List<(Expression, Expression)>();
        while (!reader.TryTake("}"))
        {
            if (items.Count > 0)
                reader.Expect(",", "between elements");
            if (reader.TryTake("}"))
                break;
            Expression key = Parse();
            reader.Expect(":", "after a key");
            items.Add((key, Parse()));
        }
        return new(line, items);
    }

    private Expression Postfix(Expression value)
    {
        while (true)
        {
            int line = reader.Line;
            if (reader.TryTake("."))
                value = reader.Next.Kind == TokenKind.Integer
                    ? new ItemAccess(line, value, new Literal(line, long.Parse(reader.Take().Text, CultureInfo.InvariantCulture)))
                    : new AttributeAccess(line, value, reader.ExpectName("after '.'"));
            else if (reader.TryTake("["))
                value = Subscript(line, value);
            else if (reader.TryTake("("))
                value = new Call(line, value, Arguments());
            else
                return value;
        }
    }

    private Expression Subscript(int line, Expression value)
    {
        Expression? start = reader.IsAt(":") ? null : ParseTuple();
        if (reader.TryTake("]"))
            return new ItemAccess(line, value, start ?? throw reader.Fault("there is nothing between the brackets."));
        reader.Expect(":", "between square brackets");
        Expression? stop = reader.IsAt(":") || reader.IsAt("]") ? null : Parse();
        Expression? step = reader.TryTake(":") && !reader.IsAt("]") ? Parse() : null;
        reader.Expect("]", "after a slice");
        return new SliceAccess(line, value, start, stop, step);
    }

    private Expression Filtered(Expression value)
    {
        while (true)
        {
            if (reader.TryTake("|"))
                value = FilterName().On(value);
            else if (reader.IsAtWord("is"))
                value = Tested(reader.Take().Line, value);
            else if (reader.TryTake("("))
                value = new Call(reader.Line, value, Arguments());
            else
                return value;
        }
    }

    private Expression Tested(int line, Expression value)
    {
        bool negated = reader.TryTakeWord("not");
        string name = reader.ExpectName("after 'is'");
        Test test = Located(line, () => Tests.Find(name));
        ArgumentList arguments = reader.TryTake("(") ? Arguments()
            : TakesArgument() ? new([Postfix(Primary())], [])
            : ArgumentList.None;
        Expression tested = new TestCall(line, value, name, test, arguments);
        return negated ? new Not(line, tested) : tested;
    }

    private bool TakesArgument() => reader.Next.Kind switch
    {
        TokenKind.Name => !AfterTest.Contains(reader.Next.Text),
        TokenKind.String or TokenKind.Integer or TokenKind.Float => true,
        _ => reader.IsAt("[") || reader.IsAt("{"),
    };

    private bool IsEnd() => reader.Next.Kind is TokenKind.BlockEnd or TokenKind.OutputEnd || reader.IsAt(")") || reader.IsAt("]") || reader.IsAtWord("if");

    private static T Located<T>(int line, Func<T> create)
    {
        try
        {
            return create();
        }
        catch (JinjaException fault)
        {
            throw new JinjaException($"line {line}: {fault.Message}");
        }
    }
}
