{ hello, ... }: hello
