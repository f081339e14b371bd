module example.com/reprise-example

go 1.22
